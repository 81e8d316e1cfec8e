/** The program's own version; equal to that of package.json (test/unit/model/version.test.ts). */
export const ROLLCALL_VERSION = "0.2.0";
