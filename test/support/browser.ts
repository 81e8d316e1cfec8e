import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Debian's Chromium, which .ci/run installs. Tests that need it are skipped where it is not, and say so. */
export const hasBrowser = existsSync(CHROMIUM);
if (!hasBrowser) {
  process.stderr.write(`\nSKIPPED: no browser at ${CHROMIUM}: apt-get install chromium, or name one in CHROMIUM.\n`);
}

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
