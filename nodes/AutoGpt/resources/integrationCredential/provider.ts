/** What the fields for a provider have in common. */
export const provider = {
	displayName: 'Provider',
	name: 'provider',
	thing: 'a provider',
	example: 'openai',
	by: 'Name',
} as const;
