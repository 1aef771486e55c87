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
			scopes: key.scopes,
			credential_type: key.kind,
		}),
};
