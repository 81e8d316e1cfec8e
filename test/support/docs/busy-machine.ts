/** What a report says of the machine on which a run was made, and of nothing else. */
const OF_THE_MACHINE: readonly RegExp[] = [
  /^warning: This machine is busy: .*\n/gm,
  // Until the next empty line.
  /^VALIDITY {2}(?:.*\S.*\n)*\n?/gm,
  /^ {2}valid {6}the generators kept up.*\n/gm,
  /^Void: .*\n/gm,
];

/** The headline of a run whose generators were not fit to measure. */
const NOT_FIT = /^Not to be trusted:\s(?:the\sgenerator\swas\snot\sfit\sto\smeasure|void:\sother\sprograms\stook)/m;
/** That of a run that was fit, as a page shows it, with the reasons below. */
const HEADLINE = /^(?:Passed|Done, without thresholds|Failed|Undecided): (?:(?!…|\n\n)[^])*/m;

/** Says `output` of itself that its machine, busy with other work, did not let it measure? It then ends with another exit code, too. */
export const isVoid = (output: string): boolean => NOT_FIT.test(output);

/**
 * Both as they are; but where the output says that its generators were strained by a busy machine, without what a report
 * says of that. All else that the page shows must still be there.
 */
export function onAnyMachine(output: string, shown: string): { readonly output: string; readonly shown: string } {
  if (!/\b(?:degraded|void)\b/.test(output)) return { output, shown };
  const clean = (text: string): string => OF_THE_MACHINE.reduce((left, each) => left.replaceAll(each, ""), text);
  return { output: clean(output), shown: isVoid(output) ? clean(shown).replace(HEADLINE, "…") : clean(shown) };
}
