import { EXIT } from "../model/error.ts";
import type { Summary } from "../model/summary.ts";
import { paceTexts } from "../pictures/rate.ts";
import { verdictElement } from "../writing/html-elements.ts";
import { formatPercent, quantity } from "../writing/notation.ts";
import { printable } from "../writing/text-width.ts";
import { furtherReasons, splitHeadline, verdictTone } from "./wording.ts";

/** The verdict in one plain sentence. Of a void run: what happened and what to do; the signals follow in their section. */
export function runVerdictElement(summary: Summary): string {
  const { verdict } = summary;
  const { label, rest } = splitHeadline(verdict);
  if (verdict.exitCode === EXIT.unhealthy) {
    return verdictElement({
      tone: "bad",
      label: label.toUpperCase(),
      sentence: whatHappened(summary),
      further: [whatToDo(summary), ...verdict.reasons.filter(isOfTheTarget).map(asSentence)].map(printable),
    });
  }
  return verdictElement({
    tone: verdictTone(verdict),
    label: printable(label).toUpperCase(),
    sentence: printable(asSentence(rest)),
    further: [...furtherReasons(verdict).map(asSentence), ...limitTexts(summary)].map(printable),
  });
}

function whatHappened({ run, ledger, validity }: Summary): string {
  if (run.state === "crashed") {
    return `A generator died before it had written everything: of ${quantity(ledger.unreported, "device")} nothing is known, and the figures are of the rest.`;
  }
  if (ledger.imbalances.length > 0) return "The counts do not add up: these figures must not be used.";
  if (validity.others?.toBlame === true) {
    return `Other programs took ${formatPercent(validity.others.share)} of the machine that made the load: these figures are about that, and not about the target.`;
  }
  const local = validity.signals.some(({ name, grade }) => grade === "void" && name === LOCAL_ERRORS);
  return local
    ? "The machine that made the load ran out of something of its own: these figures are about it, and not about the target."
    : "The machine that made the load could not keep up: these figures are about it, and not about the target.";
}

const LOCAL_ERRORS = "local errors";

function whatToDo({ run, ledger, validity }: Summary): string {
  if (run.state === "crashed") {
    return `What to do: see why it died (memory, a signal), then go on with "rollcall resume ${run.id}" or run it again.`;
  }
  if (ledger.imbalances.length > 0) return "What to do: keep this run's folder, run it again, and report what you saw.";
  if (validity.others?.toBlame === true) {
    return "What to do: run it again when nothing else runs on this machine, or on another one. The signals are below, under Validity.";
  }
  const local = validity.signals.some(({ name, grade }) => grade === "void" && name === LOCAL_ERRORS);
  return local
    ? "What to do: raise this machine's limits (open files, local ports) or use several machines, then run it again. The signals are below, under Validity."
    : "What to do: run it again with fewer devices a second, with more generators, or on a machine with more cores that does nothing else. The signals are below, under Validity.";
}

/** What the generators' health does not explain. */
const isOfTheTarget = (reason: string): boolean =>
  !/^(?:the generator was not fit to measure|void: other programs)/.test(reason);

/** Where a load was too much: the rate at which the target broke. Nothing of it where all was answered in time. */
function limitTexts({ timeline, validity }: Summary): readonly string[] {
  if (timeline === undefined || validity.grade === "void") return [];
  const texts = paceTexts(timeline);
  return texts
    .filter(({ pace }) => pace.kind === "saturated")
    .map(({ span, text }) => `The target ${text}${texts.length > 1 ? ` (${span.name})` : ""}.`);
}

function asSentence(text: string): string {
  const sentence = text.slice(0, 1).toUpperCase() + text.slice(1);
  return sentence === "" || /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
