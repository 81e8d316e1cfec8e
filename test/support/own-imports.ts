import module, { type RegisterHooksOptions } from "node:module";

/** What vitest puts behind the name of a file of tests or of their setup: the time, so that a file is loaded once more. */
const OF_VITEST = /(?:\?|%3F)vitest=\d+$/;

// Run once in each process of vitest, before vitest itself, and left out while somebody watches files. Vitest tells its parent of
// every import, for whoever wants the tests of a file that has changed: some ten thousand messages, and a twentieth of what the
// fast tests cost. And with the time in its name no file is found again in what Node has kept compiled, which grows by a copy of
// each file of tests with every run: a file has its own name, and a number only where it is loaded again.
if (process.env["VITEST_MODE"] !== "WATCH") {
  const { registerHooks } = module;
  const loaded = new Map<string, number>();
  const resolve: RegisterHooksOptions["resolve"] = (specifier, context, next) => {
    if (!OF_VITEST.test(specifier)) return next(specifier, context);
    const found = next(specifier.replace(OF_VITEST, ""), context);
    const times = loaded.get(found.url) ?? 0;
    loaded.set(found.url, times + 1);
    return times === 0 ? found : { ...found, url: `${found.url}?again=${times}` };
  };
  Object.assign(module, {
    registerHooks: (hooks: RegisterHooksOptions) => registerHooks({ ...hooks, resolve }),
  });
}
