/** What is wrong with a server's certificate, and what to do about it. */
interface CertificateFault {
	/** As the end of a sentence. */
	reason: string;
	advice: string;
	/** Whether another address would do, which only the credential's Base URL can be. */
	isOfAddress?: boolean;
}

const TRUST =
	"Give n8n the certificate of your company's authority: put it into a file, and the file's path into n8n's environment variable NODE_EXTRA_CA_CERTS.";

const UNKNOWN_AUTHORITY: CertificateFault = {
	reason: 'its certificate comes from an authority that n8n does not know',
	advice: `${TRUST} If a public authority issued it, the server does not send the intermediate certificate: have it added there.`,
};

const SELF_SIGNED: CertificateFault = {
	reason: 'its certificate is self-signed',
	advice:
		"Give n8n that certificate: put it into a file, and the file's path into n8n's environment variable NODE_EXTRA_CA_CERTS.",
};

const OTHER_HOST: CertificateFault = {
	reason: 'its certificate is for another host',
	advice: "Put a host name that the certificate is for into the credential's 'Base URL'.",
	isOfAddress: true,
};

/** By the codes of OpenSSL and Node.js. */
const FAULTS: Record<string, CertificateFault> = {
	DEPTH_ZERO_SELF_SIGNED_CERT: SELF_SIGNED,
	SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
	UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
	CERT_UNTRUSTED: UNKNOWN_AUTHORITY,
	CERT_HAS_EXPIRED: {
		reason: 'its certificate has expired',
		advice: "Renew the server's certificate; check the clock of n8n's machine, too.",
	},
	CERT_NOT_YET_VALID: {
		reason: 'its certificate is not valid yet',
		advice: "Check the clock of n8n's machine and of the server.",
	},
	ERR_TLS_CERT_ALTNAME_INVALID: OTHER_HOST,
	HOSTNAME_MISMATCH: OTHER_HOST,
};

const OTHER_FAULT: CertificateFault = {
	reason: 'its certificate was not accepted',
	advice: TRUST,
};

/** Codes of certificates that are not in the list above. */
const LOOKS_LIKE_ONE = /CERT|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$/;

/** What a network failure says of the server's certificate; undefined when it is about other things. */
export function certificateFault(networkCode: string): CertificateFault | undefined {
	return FAULTS[networkCode] ?? (LOOKS_LIKE_ONE.test(networkCode) ? OTHER_FAULT : undefined);
}
