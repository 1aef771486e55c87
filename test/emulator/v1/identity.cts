import { done, type V1Handlers } from './call.cts';

export const identity: Pick<V1Handlers, 'getMe'> = {
	getMe: ({ principal: { user } }) =>
		done({ id: user.id, name: user.name, email: user.email, timezone: user.timezone ?? 'not-set' }),
};
