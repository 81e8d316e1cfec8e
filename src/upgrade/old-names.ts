import { CASES } from "../conformance/catalogue.ts";
import { type ColumnId, expectedIn } from "../conformance/columns.ts";
import type { Strategy } from "../model/plan.ts";
import type { OldNameStatus } from "./report.ts";

/** The case that says what a device gets that is provisioned already. */
const AGAIN = "pre.again@3.1.1";

/**
 * What a server answers under a name that it has provisioned before (contract, section 3, "same name again"). `columns`:
 * those that the server may be of. Null: nobody can tell, they disagree.
 */
export function statusOfOldName(strategy: Strategy, columns: readonly ColumnId[]): OldNameStatus | null {
  switch (strategy) {
    case "allow-create":
      return "FAILURE";
    case "x509-chain":
      // The device gets the new certificate.
      return "SUCCESS";
    case "disabled":
      return null;
    case "pre-provisioned": {
      const again = CASES.find(({ id }) => id === AGAIN);
      if (again === undefined) throw new Error(`there is no case ${AGAIN}`);
      const statuses = new Set(columns.map((column) => expectedIn(column, again.expected).split(" ")[0]));
      const [status] = statuses;
      if (statuses.size !== 1) return null;
      return status === "SUCCESS" ? "SUCCESS" : "FAILURE";
    }
  }
}
