import type { TenantLimits } from "../../model/administration.ts";
import { loginsADevice } from "../../model/devices-of.ts";
import type { Plan } from "../../model/plan.ts";
import type { Check } from "../check.ts";
import type { Examination } from "../examination.ts";
import { judgeFact } from "../fact.ts";
import { type Finding, notChecked, ok, problem, warning } from "../finding.ts";
import { countOf, loginsOf, peakRateOf } from "../wording.ts";

interface Bandwidth {
  readonly messages: number;
  readonly seconds: number;
}

/** ThingsBoard counts the beginning of a session, and its end (measured on 4.2.1). A held one ends when all is over. */
const messagesOf = ({ rollCall }: Plan): number => (rollCall.hold > 0 ? 1 : 2);

/** Logins of the roll call against the rate limits of the tenant's profile. Provision requests are not counted there. */
export const rateLimits: Check = {
  name: "rate limits",
  judge: (seen) => [judgeFact(seen.limits, (value) => judge(value, seen))],
};

function judge(limits: TenantLimits, seen: Examination): Finding {
  const { plan, ofTenant } = seen;
  const logins = Math.round(loginsOf(plan) * ofTenant);
  const tenant = bandwidthsOf(limits.messages);
  const device = bandwidthsOf(plan.fleet.gateway ? limits.gatewayMessages : limits.deviceMessages);
  if (plan.rollCall.when === "off") return ok("without a roll call no message counts");
  if (tenant.length + device.length > 0 && plan.target.transport !== "mqtt") {
    return notChecked(`there are some, and what a request over ${plan.target.transport} counts was not measured`);
  }
  const each = messagesOf(plan);
  const tight = device.find(({ messages }) => messages < each * loginsADevice(plan));
  if (tight !== undefined) {
    const found = `a device may send ${textOf(tight)}, and ${loginsADevice(plan) === 1 ? "one login takes" : `its ${loginsADevice(plan)} logins take`} ${each * loginsADevice(plan)}`;
    return warning(found, "Raise the devices' limit in the tenant's profile: they are refused when they come back.");
  }
  const rate = rateOf(seen);
  const tightest = (perSecond: number): Bandwidth | undefined => {
    const dry = tenant.filter((bandwidth) => runsDry(bandwidth, logins * each, perSecond * each));
    return dry.toSorted((a, b) => a.messages / a.seconds - b.messages / b.seconds)[0];
  };
  const certain = tightest(rate.least);
  const short = certain ?? tightest(rate.most);
  if (short !== undefined) {
    const most = Math.floor(short.messages / short.seconds / each / ofTenant);
    const said = `the tenant's devices may send ${textOf(short)}; ${countOf(logins)} logins take ${countOf(logins * each)}`;
    const fix =
      most < 1
        ? "Raise the tenant's limit in its profile."
        : `Set rollCall.rate to ${most}/s at most, or raise the tenant's limit in its profile.`;
    return certain === undefined
      ? warning(`${said}: if they come faster than ${countOf(most)} a second, some are refused (CONNACK 3)`, fix)
      : problem(`${said}: some will be refused (CONNACK 3)`, fix);
  }
  if (limits.rest !== undefined && limits.rest !== "") {
    return warning(
      `REST calls of the tenant are limited to ${bandwidthsOf(limits.rest).map(textOf).join(", ")}`,
      "Nothing to do: reconcile and cleanup wait when they must, and take longer.",
    );
  }
  return ok(tenant.length + device.length === 0 ? "none" : `enough for ${countOf(logins)} logins`);
}

/** Logins a second that come to this tenant: as planned; where they come as fast as they can, no slower than one after the other. */
function rateOf({ plan, probe, ofTenant }: Examination): { readonly least: number; readonly most: number } {
  const { when, rate } = plan.rollCall;
  if (when === "after" && rate !== undefined) return { least: rate * ofTenant, most: rate * ofTenant };
  const planned = when === "inline" ? peakRateOf(plan) * loginsADevice(plan) * ofTenant : 0;
  if (planned > 0) return { least: planned, most: planned };
  const alone = probe.known ? probe.value.loginMs : undefined;
  return { least: alone === undefined ? 0 : 1_000 / alone, most: Number.POSITIVE_INFINITY };
}

/** A bucket that is full at first and filled evenly: is it empty before all have come? */
function runsDry({ messages, seconds }: Bandwidth, needed: number, rate: number): boolean {
  const refill = messages / seconds;
  if (needed <= messages || rate <= refill) return false;
  return needed * (1 - refill / rate) > messages;
}

/** "100:1,5000:60". */
function bandwidthsOf(limit: string | undefined): readonly Bandwidth[] {
  const texts = (limit ?? "").split(",").filter((text) => text !== "");
  return texts.map((text) => {
    const [messages = 0, seconds = 1] = text.split(":").map(Number);
    return { messages, seconds };
  });
}

const textOf = ({ messages, seconds }: Bandwidth): string =>
  `${countOf(messages)} ${messages === 1 ? "message" : "messages"} ${seconds === 1 ? "a second" : `in ${countOf(seconds)} s`}`;
