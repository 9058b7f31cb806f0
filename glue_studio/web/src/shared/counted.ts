/** A number with its noun: 1 row, 1,200 rows. */
export const counted = (number: number, noun: string) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
