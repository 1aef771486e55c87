import type { ILoadOptionsFunctions, ResourceMapperFields } from 'n8n-workflow';

import { Agents } from '../../../client/agents/agents';
import type { CredentialNeed } from '../../../client/agents/agentCredentials';
import { BlockAgents } from '../../../client/agents/blockAgents';
import { inputsOfBlock, takesCredentials } from '../../../client/agents/blockLayout';
import { blockTitle, findBlock } from '../../../client/agents/blocks';
import type { AutoGptClient } from '../../../client/http/client';
import { acceptStatus, PlatformError } from '../../../client/errors/platformError';
import { inputsOf } from '../../../client/inputs/inputs';
import type { Block } from '../../../client/contract/types';
import { credentialFields } from './credentialFields';
import { fieldsFor } from './inputFields';
import { chosenIn, emptyNotice, isTool, nothingChosen } from './inputForm';
import { clientFor } from '../../shared/rows';

/** What the block's agent needs; only once an agent was made for it, there are credential fields. */
export async function needsOf(client: AutoGptClient, block: Block): Promise<CredentialNeed[]> {
	if (!takesCredentials(block)) return [];
	const agents = new Agents(client);
	const made = await new BlockAgents(client).newestFor(block).catch(acceptStatus(403));
	if (!made || made instanceof PlatformError) return [];
	return (await agents.credentialNeeds(made.id, block)) ?? [];
}

/** Makes the form for the inputs of the chosen block. */
export async function getBlockInputs(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const id = chosenIn(this, 'blockId');
	if (!id) return nothingChosen('a block');
	const client = await clientFor(this);
	const block = await findBlock(client, id);
	const inputs = inputsOf({ input_schema: inputsOfBlock(block) }) ?? [];
	const needs = await needsOf(client, block);
	return {
		fields: [...fieldsFor(inputs, isTool(this)), ...credentialFields(needs)],
		emptyFieldsNotice: emptyNotice(`Block '${blockTitle(block)}'`, inputs),
	};
}
