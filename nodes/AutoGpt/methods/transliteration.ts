const CYRILLIC: Readonly<Record<string, string>> = {
	...{ а: 'a', б: 'b', в: 'v', г: 'g', ґ: 'g', д: 'd', е: 'e', ё: 'e', є: 'ye', ж: 'zh', з: 'z' },
	...{ и: 'i', і: 'i', ї: 'yi', й: 'y', к: 'k', л: 'l', м: 'm', н: 'n', о: 'o', п: 'p', р: 'r' },
	...{ с: 's', т: 't', у: 'u', ў: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch' },
	...{ ъ: '', ы: 'y', ь: '', э: 'e', ю: 'yu', я: 'ya' },
};

const GREEK: Readonly<Record<string, string>> = {
	...{ α: 'a', β: 'v', γ: 'g', δ: 'd', ε: 'e', ζ: 'z', η: 'i', θ: 'th', ι: 'i', κ: 'k', λ: 'l' },
	...{ μ: 'm', ν: 'n', ξ: 'x', ο: 'o', π: 'p', ρ: 'r', σ: 's', ς: 's', τ: 't', υ: 'y', φ: 'f' },
	...{ χ: 'ch', ψ: 'ps', ω: 'o' },
};

const LETTERS: Readonly<Record<string, string>> = { ...CYRILLIC, ...GREEK };

/** A text in Latin letters without marks, as far as its alphabet is known here. */
export function latinOf(text: string): string {
	const letters = (one: string) => [...one].map((letter) => LETTERS[letter] ?? letter).join('');
	// Before marks go, since some letters have them, and after, for letters that only bear them.
	const composed = letters(text.normalize('NFC').toLowerCase());
	return letters(composed.normalize('NFD').replace(/\p{M}/gu, ''));
}
