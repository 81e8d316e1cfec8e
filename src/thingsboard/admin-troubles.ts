import { RollcallError } from "../model/error.ts";
import { ASK_CODES } from "../wires/http/ask-http.ts";
import { isDistrust, tlsReason } from "../wires/socket/failures.ts";
import { printable } from "../writing/text-width.ts";

/** What is wrong with an answer of the REST API, whoever asked for what: each with its cause and what to do. */

/** An answer as far as it tells why. */
export interface TroubledAnswer {
  readonly status: number;
  /** Undefined: it is not JSON. */
  readonly body: unknown;
  readonly isWebPage: boolean;
  /** Where a redirect leads. */
  readonly location: string | undefined;
}

const LONGEST_SHOWN = 200;
const REDIRECTS = [301, 302, 303, 307, 308];
const DOWN = [502, 503, 504];

/** Undefined: it is one of ThingsBoard's own, to be read by who asked. */
export function troubleIn(origin: string, { status, isWebPage, location }: TroubledAnswer): RollcallError | undefined {
  if (REDIRECTS.includes(status)) {
    return new RollcallError(
      "admin-redirect",
      `${origin} answers ${status} and redirects${location === undefined ? "" : ` to ${short(location)}`}: rollcall does not follow, for its password would go along.`,
      "Give that address as --admin-url (admin.url), without what comes after the host's name or ThingsBoard's own path.",
    );
  }
  if (DOWN.includes(status)) {
    return new RollcallError(
      "admin-down",
      `${origin} answers ${status}: what stands there has no ThingsBoard behind it now.`,
      "Look whether ThingsBoard runs, and is done with starting; a proxy before it answers so while it is not.",
    );
  }
  if (isWebPage) return notRest(origin, status, "with a web page");
  return undefined;
}

/** `how`: what came in place of an answer of the API. */
export function notRest(origin: string, status: number, how: string): RollcallError {
  return new RollcallError(
    "admin-not-rest",
    `${origin} answers ${status} ${how}: this is not where ThingsBoard's REST API begins.`,
    "Check --admin-url (admin.url): host, port, and the path that a proxy may have put before /api.",
  );
}

export function refused(origin: string, { status, body }: TroubledAnswer, byKey: boolean): RollcallError {
  const said = messageOf(body);
  const message = `${origin} refuses the administrator: ${status}${said === undefined ? "" : `, "${said}"`}.`;
  if (status === 403) {
    return new RollcallError(
      "admin-refused",
      message,
      "Who this is may not do that. --admin-user is a tenant administrator, not the system's nor a customer's user; the system administrator is --system-user.",
    );
  }
  return new RollcallError(
    "admin-refused",
    message,
    byKey
      ? "Check the API key: of a tenant administrator, enabled, not expired, and ThingsBoard 4.3 or later."
      : "Check user name and password. --admin-user is a tenant administrator; the system administrator is --system-user.",
  );
}

/** `scope` of a token that is only good for a second factor (contract, section 6, login). */
export function needsSecondFactor(origin: string, scope: string): RollcallError {
  return new RollcallError(
    "admin-two-factor",
    `${origin} takes the password, and wants a second factor (${short(scope)}): a program has none.`,
    "Give an administrator without two-factor authentication, or from ThingsBoard 4.3 on an API key in ROLLCALL_ADMIN_API_KEY.",
  );
}

export function rateLimited(origin: string, tries: number): RollcallError {
  return new RollcallError(
    "admin-rate-limit",
    `${origin} still answers 429 (too many requests) after ${tries} tries.`,
    "Raise the tenant's REST limit, or try again later: what is done stays done.",
  );
}

/** Said while it is waited. */
export function limitedText(origin: string, ms: number, tries: number): string {
  return `${origin} answers 429 (too many requests) and asks to wait: it is asked again in ${Math.round(ms / 1_000)} s, and at most ${tries} times.`;
}

/** No answer in time, and what the kernel calls so. */
const TOO_LATE: readonly string[] = [ASK_CODES.late, ASK_CODES.notConnected, "ETIMEDOUT"];

/** By it, or by what stands before it. */
const CLOSED: readonly string[] = [ASK_CODES.closed, "ECONNRESET", "EPIPE"];
const CLOSED_ADVICE =
  "Look at its log, and at that of a proxy before it, and give the same command again: what is done stays done. A server of https closes what begins with http://.";

/** `answered`: it did answer, earlier. */
export function unreachable(origin: string, error: unknown, answered = false): RollcallError {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "";
  const reason = tlsReason(error instanceof Error ? error.message || code : String(error));
  const distrusted = isDistrust(code);
  const late = TOO_LATE.includes(code);
  return new RollcallError(
    "admin-unreachable",
    distrusted
      ? `The certificate of ${origin} is not trusted: ${short(reason)}.`
      : `${origin} does not answer${late ? " in time" : ""}: ${short(reason)}.`,
    CLOSED.includes(code) ? CLOSED_ADVICE : adviceFor({ distrusted, late, answered }),
    undefined,
    error,
  );
}

interface Unreached {
  readonly distrusted: boolean;
  readonly late: boolean;
  readonly answered: boolean;
}

function adviceFor({ distrusted, late, answered }: Unreached): string {
  if (distrusted)
    return "Give its authority (--ca, or admin.tls.ca in a scenario), or the name that the certificate has.";
  if (answered && !late)
    return "It answered before: look whether ThingsBoard runs, and give the same command again when it does. What is done stays done.";
  return late
    ? "It may be overloaded, or stand still: look at its log, and give the same command again when it answers. What is done stays done."
    : "Check the URL of ThingsBoard's web interface, with http:// or https://, and its TLS options.";
}

/** More than a server has to say, or longer than it may take to say it. */
export function unbounded(path: string, what: string): RollcallError {
  return new RollcallError(
    "admin-answer",
    `${plain(path)} is answered ${what}.`,
    "Check that the URL is that of a ThingsBoard, 3.6 or later, and what stands before it.",
  );
}

/** An error that ThingsBoard answers itself, or an answer that is none of its. */
export function unexpected(
  path: string,
  { status, body }: Pick<TroubledAnswer, "status" | "body">,
  why?: string,
): RollcallError {
  const said = messageOf(body)?.replace(/[.!]$/, "");
  const reason = why ?? said;
  return new RollcallError(
    "admin-answer",
    `${plain(path)} was answered ${status}${reason === undefined ? "" : `: ${reason}`}.`,
    status === 400 && said !== undefined
      ? "The server refuses what it was asked for: put right what it names."
      : "Check that the URL is that of a ThingsBoard, 3.6 or later, and its log.",
  );
}

export function messageOf(body: unknown): string | undefined {
  const said = (body as { readonly message?: unknown } | undefined | null)?.message;
  return typeof said === "string" ? short(said) : undefined;
}

function plain(path: string): string {
  return short(path.replace(/\?.*/, ""));
}

function short(text: string): string {
  return printable(text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text);
}

/** Whether nobody works at that address, so that another of the same server may be asked. A certificate that is not trusted is a mistake. */
export function isDown(error: unknown): error is RollcallError {
  if (!(error instanceof RollcallError)) return false;
  if (error.code === "admin-down") return true;
  return error.code === "admin-unreachable" && !isDistrust(causeOf(error));
}

const NO_CONNECTION: readonly string[] = [
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  ASK_CODES.notConnected,
];

/** Whether there was no connection on which a request could have gone. */
export function wasNotSent(error: RollcallError): boolean {
  return NO_CONNECTION.includes(causeOf(error));
}

function causeOf({ cause }: RollcallError): string {
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? "") : "";
}
