import { UNTOLD, type Adapter } from './server';

/** Whose key it is; API v1 tells neither organization nor permissions (contract: v1.md section 8). */
export const getMe: Adapter<'getMe'> = async (server) => {
	const { id, email, name, timezone } = await server.call('getMe', {});
	return {
		user_id: id,
		email,
		name,
		timezone,
		organization: UNTOLD,
		team: null,
		scopes: UNTOLD,
		credential_type: server.connection.credentialType === 'autoGptApi' ? 'api_key' : 'oauth',
	};
};
