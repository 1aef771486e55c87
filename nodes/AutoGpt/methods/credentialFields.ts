import type { ResourceMapperField } from 'n8n-workflow';

import {
	credentialLabel,
	followsInput,
	type CredentialNeed,
} from '../../../client/agents/agentCredentials';
import { CREDENTIAL_PREFIX, NO_CREDENTIAL } from '../fields/inputs';
import { LONGEST_LABEL, shortened } from './inputLabels';

/** Whether the user has to choose: the others are filled without asking. */
function needsChoice(need: CredentialNeed): boolean {
	return need.fits.length > 1 && !followsInput(need);
}

/** A label that is not cut off: the providers, and whether AutoGPT has nothing that fits. */
function labelOf(need: CredentialNeed, suffix: string): string {
	// n8n itself marks what is required in forms that add rows only.
	const mark = needsChoice(need) ? ' *' : '';
	const providers = need.providers.join(' or ');
	const ways =
		need.fits.length === 0
			? [`No credential for ${providers}`, `None for ${providers}`]
			: [`Credential for ${providers}`, providers];
	const room = LONGEST_LABEL - suffix.length - mark.length;
	const fitting = ways.find((way) => way.length <= room) ?? shortened(ways.at(-1) ?? '', room);
	return fitting + suffix + mark;
}

function toField(need: CredentialNeed, displayName: string): ResourceMapperField {
	const { field, fits } = need;
	return {
		id: CREDENTIAL_PREFIX + field,
		displayName,
		required: needsChoice(need),
		display: true,
		removed: fits.length === 1,
		defaultMatch: false,
		canBeUsedToMatch: false,
		type: 'options',
		options: [
			...fits.map((one) => ({ name: credentialLabel(one), value: one.id })),
			{ name: 'None', value: NO_CREDENTIAL, description: `Leaves '${field}' out` },
		],
	};
}

/** The credentials that are needed as fields of a form; one is tucked away where only one fits. */
export function credentialFields(needs: CredentialNeed[]): ResourceMapperField[] {
	const taken = new Set<string>();
	return needs.map((need) => {
		let label = labelOf(need, '');
		for (let count = 2; taken.has(label); count++) label = labelOf(need, ` ${count}`);
		taken.add(label);
		return toField(need, label);
	});
}
