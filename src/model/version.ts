/** The program's own version; equal to package.json, by a test. */
export const ROLLCALL_VERSION = "0.1.0";
