import type { ILoadOptionsFunctions, ResourceMapperFields } from 'n8n-workflow';

import { readGraphAddress } from '../../../client/agents/graphAddress';
import { targetOfGraph } from '../../../client/agents/runTargets';
import { acceptStatus, PlatformError } from '../../../client/errors/platformError';
import { clientFor } from '../../shared/rows';
import { chosenIn, formOf, noticeForm, nothingChosen } from './inputForm';

/** The graph in the field Graph; `` when none is chosen, or the field does not name one. */
export function chosenGraph(functions: ILoadOptionsFunctions): string {
	const text = chosenIn(functions, 'graphId');
	const address = readGraphAddress(text);
	if (address === undefined) return text;
	return address.page === 'builder' ? address.graphId : '';
}

/** Makes the form for the inputs of the chosen graph; they are those of its agent. */
export async function getGraphInputs(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const graphId = chosenGraph(this);
	if (!graphId) return nothingChosen('a graph');
	const client = await clientFor(this);
	const target = await targetOfGraph(client, { graphId }).catch(acceptStatus(404));
	if (!(target instanceof PlatformError) && target.agent) {
		return await formOf(this, client, target.agent);
	}
	const reason =
		target instanceof PlatformError
			? `${target.message}. ${target.description}`
			: 'This AutoGPT serves only the older API v1, which does not show the inputs of a graph.';
	const advice = "Without a form, choose JSON under 'Specify Inputs'.";
	return noticeForm(`${reason} ${advice}`);
}
