/** `1,234,567` for 1234567: numbers in texts, in English whatever the machine's language. */
export const grouped = (n: number): string => n.toLocaleString('en-US');
