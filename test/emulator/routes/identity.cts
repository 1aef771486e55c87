import { SCOPES } from '../types.cts';
import { ok, type Handlers } from '../core.cts';

export const identity: Handlers = {
	getMe: ({ principal: { user, organization, team, key } }) =>
		ok({
			user_id: user.id,
			email: user.email,
			name: user.name,
			timezone: user.timezone ?? 'not-set',
			organization: {
				id: organization.id,
				name: organization.name,
				is_personal: organization.isPersonal,
			},
			team: team && { id: team.id, name: team.name },
			// Permissions of API v1 have no place in the answer of v2.
			scopes: key.scopes.filter((scope) => SCOPES.some((one) => one === scope)),
			credential_type: key.kind,
		}),
};
