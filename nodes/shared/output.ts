import type { IBinaryKeyData, IDataObject } from 'n8n-workflow';

/** One item that a node returns. */
export interface Output {
	json: IDataObject;
	binary?: IBinaryKeyData;
}

/** How a run becomes items; workflows store these values. */
export const OUTPUT_FORMS = [
	'simplified',
	'raw',
	'itemPerValue',
	'outputsOnly',
	'selected',
] as const;
export type OutputForm = (typeof OUTPUT_FORMS)[number];

/** How the outputs of a run are returned. */
export interface RunShape {
	form: OutputForm;
	/** Lists of all values in the place of the last ones. */
	allValues: boolean;
	/** Fields of the run that were selected, for the form `selected`. */
	fields?: readonly string[];
}
