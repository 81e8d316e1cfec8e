import { METRICS, type Metric } from "../../model/figures.ts";
import { FAILURE_KINDS } from "../../model/outcome.ts";
import { FAILURE_MEANINGS } from "../../report/failure-meanings.ts";
import { FAILURE_REMEDIES } from "./failure-remedies.ts";

/** Something that rollcall prints, and a reader may want to have explained. */
export interface Term {
  /** As it is printed, and other words for it. */
  readonly names: readonly string[];
  readonly text: string;
}

export interface Chapter {
  readonly title: string;
  readonly terms: readonly Term[];
}

const EXIT_CODES: readonly Term[] = [
  term("0", "Passed: the thresholds held, every credential that was issued works, and the instrument was healthy."),
  term("1", "A bug in rollcall. The stack is printed: please report it."),
  term(
    "2",
    "Nothing was sent: the command line, the scenario or a limit of this machine is wrong. The message names the field, the value and what to write instead. From `doctor` it means that there is a problem.",
  ),
  term(
    "3",
    "A threshold was missed. From `compare` and `upgrade-check` it means a regression, from `conformance` a difference. The report says which, and by how much.",
  ),
  term(
    "4",
    "The roll call failed: a credential that was issued was refused, nobody answered its login, or a wrong one was admitted; or the server does not have what it said that it made; or devices of a background did not connect or did not stay connected, and no threshold says how many may. From `cleanup` it means that something was left; it is named, with the reason.",
  ),
  term(
    "5",
    "The generators were not healthy, so that the figures say more about this machine than about the server: do not trust them. The report names the signal. Run it again on a machine that is not busy, with more generators or at a lower rate.",
  ),
  term(
    "6",
    "Undecided, which is not a pass. From `compare` and `upgrade-check`: too few runs to tell; make more with `repeat --times`. From `search`: too few trials. From `run`, `reconcile` and `cleanup`: the server had not come to rest, so that it may have made more devices since (give it longer with `--settle`), or a threshold could not be measured.",
  ),
  term("130", "Interrupted. What was done until then is in the results; `rollcall resume` goes on."),
].map((each) => ({ ...each, names: [...each.names, `exit code ${each.names[0]}`] }));

const VERDICTS: readonly Term[] = [
  term("valid", "The generators kept up with the plan: the figures describe the target."),
  term(
    "degraded",
    "A signal of the generators was near its limit. The figures can be used with care: the tail of the latencies may be the generators' own.",
  ),
  term(
    "void",
    "A signal of the generators was past its limit. The figures do not describe the target, and the exit code is 5. The report names the signal and what to do.",
  ),
  term("passed", "Every threshold held, the roll call passed, and the figures may be believed."),
  term(
    "failed",
    "A threshold was missed or the roll call failed. A device has failed if the server gave it no answer that can be read; the kind of failure says how.",
  ),
  term(
    "regression",
    "The candidate is worse than the base: the difference is larger than the smallest one that is reported (5 %), and chance alone would seldom make one so large.",
  ),
  term("improvement", "The candidate is better than the base, by the same rule as a regression."),
  term(
    "no change",
    "No difference of at least the smallest size that is reported (5 %) was found. A smaller one may be there: the interval says how large it can be.",
  ),
  term(
    "not enough runs",
    "So few runs could not show any difference, however large: five or more a side can. The exit code is 6.",
    "undecided",
  ),
];

const STANDINGS: readonly Term[] = [
  term("planned", "Arrivals of the plan that fell due: planned = started + dropped + unreported."),
  term("started", "Devices that began: started = provisioned + rejected + failed + aborted."),
  term(
    "dropped",
    "Arrivals that found the limit of devices in flight (`maxInFlight`) reached, or the run stopped. They asked for nothing.",
  ),
  term("unreported", "Devices of which a generator said nothing, because it died. They may exist."),
  term(
    "provisioned",
    "Devices that were told SUCCESS and have credentials: provisioned = connected + mute + refused + unreachable + uncalled.",
  ),
  term(
    "rejected",
    "Devices that were told NOT_FOUND or FAILURE. NOT_FOUND: key or secret are not those of a profile. FAILURE: the name is taken, or a limit of the tenant is reached.",
  ),
  term(
    "aborted",
    "In flight when the run was stopped at once, or waiting for another attempt (`fleet.retry`) when it was stopped. They may exist.",
  ),
  term(
    "connected",
    "Logged in with the credentials that were issued, and did what rollCall.proof asks for, if anything.",
  ),
  term(
    "mute",
    "Let in with the credentials that were issued, and then not heard: telemetry that was not acknowledged, or a question for attributes that was not answered (rollCall.proof).",
    "connected but cannot speak",
  ),
  term(
    "refused",
    "Not let in with the credentials that were issued: the server answered, and the answer is about the credential.",
  ),
  term("unreachable", "Nobody answered the login, or the answer says nothing about the credential."),
  term("uncalled", "Issued credentials that were not tried, because the run was stopped before."),
  term("expected", "Devices that misbehave on purpose and were refused, as they must be."),
  term(
    "issued at",
    "Of the table LOGINS: the address that issued the credentials. With `rollCall.at: other` each device logs in at another address than that, with `each` at every one; a device is connected where all of its logins were let in. A refusal where issuing and admitting address differ is a cluster whose nodes do not know of each other's devices yet.",
    "logged in at",
    "rollCall.at",
  ),
  term("undeserved", "Devices that misbehave on purpose and were let in all the same. They count as failures."),
  term(
    "unknown",
    "Devices whose request left and got no answer that tells: they may exist on the server. They are named in the report.",
  ),
  term(
    "ghosts",
    "Devices that exist on the server, and whose client was never told so. Their next attempt under the same name fails. `rollcall cleanup` deletes them.",
    "ghost",
  ),
  term("missing", "Devices that were told SUCCESS, and the server does not have them.", "told but missing"),
  term(
    "ghosts met again",
    "Devices that asked again under their name (`fleet.retry`) when an earlier request of theirs had made the device and was not answered. They are told FAILURE for ever: the device is on the server, and its credentials are lost.",
    "ghosts met",
    "retry.ghostsMet",
  ),
  term("duplicates", "Credentials that were issued to more than one device."),
];

const METRIC_TEXTS: Readonly<Record<Metric, string>> = {
  roundTrip: "From the request's bytes handed to the socket to the answer: the server's time.",
  responseTime:
    "From the instant at which the schedule has the arrival to the answer: what the device waits. Not defined under closed load.",
  serviceTime: "From the start of the device to the answer, the connection among it.",
  connect: "Until TCP, and TLS, is established.",
  accept: "From connected to CONNACK.",
  acknowledge: "From the request sent to its PUBACK.",
  login: "From the start of a login of the roll call to its admission.",
  timeToUsable:
    "From the intended arrival until the device is logged in, where the roll call is inline; with `rollCall.at: each`, until the last address let it in.",
};

const THRESHOLDS: readonly Term[] = [
  ...METRICS.map((metric) =>
    term(
      metric,
      `${METRIC_TEXTS[metric]} Statistics: p50, p90, p95, p99, p99.9, min, mean, max, count and timeouts. Example: ${metric}.p99 < 500ms; of one phase: steady:${metric}.p99 < 500ms.`,
    ),
  ),
  term(
    "failureRate",
    "Rejected, failed, undeserved and dropped devices as a share of those planned. Example: failureRate < 0.1%.",
  ),
  term("plannedRate", "Starts a second as the schedule has them. Not defined under closed load."),
  term("startedRate", "Starts a second as they were."),
  term(
    "provisionedRate",
    "Provisioned devices a second, from the first arrival to the last end. Example: provisionedRate > 45/s.",
  ),
  term("loginsPerSecond", "Logins a second of the roll call."),
  term("retry.devices", "Devices that tried more than once (`fleet.retry`)."),
  term("retry.attempts", "Attempts after the first of their device, of all devices together."),
  term("retry.recovered", "Devices that were provisioned with an attempt after their first."),
  term(
    "retry.gaveUp",
    "Devices that failed with the last attempt that they had, or found no room in flight for another. Example: retry.gaveUp == 0.",
  ),
  term(
    "untilCredentials",
    "From a device's first attempt, as the schedule has it (under closed load: as it started), to its credentials, with all attempts and waits between. Of provisioned devices in the measured phases; statistics: p50, p95 and p99. Example: untilCredentials.p95 < 30s.",
  ),
  term("hold.sessions", "Sessions that were to be held after the roll call."),
  term("hold.stayed", "Held sessions that stayed until the end. Example: hold.stayed == hold.sessions."),
  term("hold.lost", "Held sessions that the server lost."),
  term(
    "hold.notBack",
    "Held sessions that were lost and not back at the end. Without `fleet.retry` that is all that were lost. Example: hold.notBack == 0.",
  ),
  term(
    "hold.reconnects",
    "Logins of devices whose held session was lost, and which tried to come back (`fleet.retry`).",
  ),
  term("hold.peak", "The most of these logins in one second: how hard the storm is that follows a node's death."),
  term(
    "timeToBack",
    "From the loss of a held session to the admission of its device's next login, with all waits and logins between. Statistics: p50, p95 and p99. Example: timeToBack.p95 < 60s.",
  ),
  term(
    "background",
    "A fleet that is already there: devices of an earlier run, or made first, that publish (QoS 1) while others are provisioned. background.p50, .p90, .p99 and .max are from sending a message to its PUBACK, time-outs at the time that was waited: of the measured phases, or of one (steady:background.p99 < 200ms).",
    "background.p50",
    "background.p90",
    "background.p99",
    "background.max",
  ),
  term("background.devices", "Devices that the background is to have."),
  term(
    "background.connected",
    "Those of them that logged in before the load. Example: background.connected == background.devices.",
  ),
  term(
    "background.lost",
    "Devices of the background that lost their session at least once. Example: background.lost == 0.",
  ),
  term("background.notBack", "Those of them that were not connected at the end."),
  term(
    "background.messages",
    "Messages of the background that were due in the whole run: acknowledged, timed out, refused, lost with their session, offline, dropped or aborted.",
  ),
  term(
    "background.acknowledged",
    "Messages of the background with a PUBACK, or over HTTP and CoAP an answer that says yes.",
  ),
  term(
    "background.timedOut",
    "Messages of the background without a PUBACK within timeouts.answer. Example: background.timedOut == 0.",
  ),
  term(
    "background.refused",
    "Messages of the background whose PUBACK says no (MQTT 5), or over HTTP and CoAP the answer, or for which there was no connection.",
  ),
  term(
    "background.dropped",
    "Messages of the background that were not sent: the one before was not acknowledged when they were due.",
  ),
  term(
    "background.offline",
    "Messages of the background that were not sent: their device had lost its session.",
    "offline",
  ),
  term(
    "recovery",
    "Of all marks (`rollcall mark`) the longest time until the load was served as before: for 5 s on end 90 % of the median rate in the 30 s before the mark, and a round trip p90 within 1.2 times of what it was. Dips that nobody marked do not count.",
  ),
];

export const CHAPTERS: readonly Chapter[] = [
  { title: "Exit codes", terms: EXIT_CODES },
  { title: "Verdicts", terms: VERDICTS },
  { title: "What became of a device", terms: STANDINGS },
  { title: "Quantities of thresholds", terms: THRESHOLDS },
  {
    title: "Kinds of failure",
    terms: FAILURE_KINDS.map((kind) => term(kind, `${sentence(FAILURE_MEANINGS[kind])} ${FAILURE_REMEDIES[kind]}`)),
  },
];

function term(name: string, text: string, ...others: readonly string[]): Term {
  return { names: [name, ...others], text };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
