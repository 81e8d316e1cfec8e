/** `npm run test:fast` is for while you write; `npm test` leaves nothing out. */
export const isFast = process.env["ROLLCALL_TESTS"] === "fast";

/** Of how often a property is tried, a tenth in the fast form. */
export const times = (often: number): number => (isFast ? Math.ceil(often / 10) : often);
