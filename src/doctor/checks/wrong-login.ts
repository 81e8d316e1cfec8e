import type { Check } from "../check.ts";
import type { Probe } from "../examination.ts";
import { judgeFact } from "../fact.ts";
import { type Finding, notChecked, ok, problem } from "../finding.ts";

/**
 * The negative control that a run makes: wrong credentials must be refused, and a server that shuts addresses out after
 * wrong logins must not do so after this one.
 */
export const wrongLogin: Check = {
  name: "wrong login",
  judge: ({ probe }) => [judgeFact(probe, judge)],
};

function judge({ control, again }: Probe): Finding {
  if (control === undefined) return notChecked("there was no good login to compare it with");
  switch (control.result) {
    case "admitted":
      return problem(
        `${control.detail}: whoever can log in here proves nothing`,
        "Check what listens there: a broker or proxy that lets anyone in voids every roll call.",
      );
    case "not-made":
      return notChecked(control.detail);
    case "unreachable":
      return problem(
        control.detail,
        "A wrong login must be refused, not left without an answer: see the server's log.",
      );
    case "refused":
      if (again?.state === "connected")
        return ok(`refused (${control.detail}), and the device was let in right after it`);
      if (again === undefined) return ok(`refused (${control.detail})`);
      return problem(
        `refused (${control.detail}), and after it the device itself was not let in: ${whyOf(again)}`,
        wasAnswered(again)
          ? "It was let in once, and is refused at its second login: see rate limits above."
          : "The server shuts this address out after wrong logins: raise MAX_WRONG_CREDENTIALS_PER_IP there, or set rollCall.negativeControl to false.",
      );
  }
}

/** An address that is shut out gets no answer at all. */
function wasAnswered(verdict: NonNullable<Probe["again"]>): boolean {
  if (verdict.state === "unreachable") return verdict.kind === "rate-limited" || verdict.kind === "server-error";
  return verdict.state === "refused";
}

function whyOf(verdict: NonNullable<Probe["again"]>): string {
  switch (verdict.state) {
    case "connected":
      return "let in";
    case "refused":
      return verdict.reason;
    case "mute":
    case "unreachable":
      return `${verdict.kind}, ${verdict.detail}`;
  }
}
