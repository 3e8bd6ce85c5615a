import { describe, expect, test } from "vitest";
import { isCreditCode, isIdentityNumber } from "../kernel/check";
import { allows } from "../kernel/states";
import { day } from "../kernel/time";
import {
  afterResubmission,
  applicationStates,
  applicationTable,
  documentsFor,
  fieldsFor,
  itemsToJudge,
  mayChange,
  problemOf,
  problemsOf,
  type Review,
  standingOf,
  tidy,
  validityOf,
} from "./rules";

const today = day("2026-11-22");
const fresh = [{ isFresh: true, isFood: true }];
const packed = [{ isFresh: false, isFood: true }];
const household = [{ isFresh: false, isFood: false }];
const required = (list: ReturnType<typeof documentsFor>) => list.filter((d) => d.required).map((d) => d.kind);

describe("numbers that identify a subject", () => {
  test.each(["91110108551385082Q", "91990000MA7FRETH06", "92110105MA00EXAM08", "93110111MA00EXAM1X"])(
    "%s is a credit code",
    (code) => {
      expect(isCreditCode(code)).toBe(true);
    },
  );
  test("one wrong character of a credit code is noticed, whichever it is", () => {
    const good = "91110108551385082Q";
    for (let i = 0; i < 18; i++) {
      const other = good[i] === "1" ? "2" : "1";
      expect([i, isCreditCode(good.slice(0, i) + other + good.slice(i + 1))]).toEqual([i, false]);
    }
  });
  test("letters that look like digits do not occur in a credit code", () => {
    for (const letter of "IOSVZ") expect(isCreditCode(`9111010855138508${letter}Q`)).toBe(false);
  });
  test.each([
    ["11010519491231002X", true],
    ["440524188001010014", true],
    ["110105194912310021", false],
    ["11010519491231002x", false],
    ["1101051949123100", false],
  ])("identity number %s: %s", (number, good) => {
    expect(isIdentityNumber(number)).toBe(good);
  });
  test("an applicant is of age", () => {
    expect(problemOf("identityNumber", "11010519491231002X", today)).toBeNull();
    expect(problemOf("identityNumber", "110105201512310016", today)).not.toBeNull();
  });
  test("what people type is tidied: spaces, full-width digits, lower case, country code", () => {
    expect(tidy("creditCode", " 91110108 551385082q")).toBe("91110108551385082Q");
    expect(tidy("phone", "+86 １３８-0000-1111")).toBe("13800001111");
    expect(tidy("bankAccount", "6222 0200 1234 5678")).toBe("6222020012345678");
    expect(tidy("name", "  青岚   果业 ")).toBe("青岚 果业");
  });
});

describe("the subject decides what must be shown", () => {
  test("a farmer shows identity and origin, and no licence", () => {
    expect(required(documentsFor("farmer", fresh))).toEqual(["identityCard", "originProof"]);
    expect(fieldsFor("farmer")).toContain("identityNumber");
    expect(fieldsFor("farmer")).not.toContain("creditCode");
  });
  test("a company selling food shows its food licence; one selling paper does not", () => {
    expect(required(documentsFor("company", packed))).toEqual(["businessLicence", "foodLicence"]);
    expect(required(documentsFor("company", fresh))).toEqual(["businessLicence", "foodLicence", "testReport"]);
    expect(required(documentsFor("company", household))).toEqual(["businessLicence"]);
  });
  test("a cooperative with its own produce needs no food licence until it sells packed food", () => {
    expect(required(documentsFor("cooperative", fresh))).toEqual(["businessLicence", "originProof"]);
    expect(required(documentsFor("cooperative", [...fresh, ...packed]))).toEqual([
      "businessLicence",
      "foodLicence",
      "originProof",
    ]);
  });
});

describe("papers run out", () => {
  test.each([
    [null, "unlimited"],
    ["2026-11-21", "expired"],
    ["2026-11-22", "soon"],
    ["2026-12-22", "soon"],
    ["2026-12-23", "valid"],
  ] as const)("valid until %s: %s", (until, state) => {
    expect(validityOf(until ? day(until) : null, today)).toBe(state);
  });
  test("an expired paper stops the application, and so does one whose expiry is not said", () => {
    const facts = { subjectType: "company" as const };
    const of = (expiresDay: string | null) =>
      problemsOf(facts, [{ kind: "foodLicence", expiresDay: expiresDay ? day(expiresDay) : null }], packed, today).find(
        (p) => p.field === "document.foodLicence",
      )?.code;
    expect(of("2026-11-21")).toBe("paperExpired");
    expect(of(null)).toBe("expiryMissing");
    expect(of("2026-12-01")).toBeUndefined();
  });
});

describe("the life of an application", () => {
  test("only what is under review can be decided, and a decision stands", () => {
    const allowed = applicationStates.flatMap((state) =>
      (["submit", "return", "approve", "reject"] as const)
        .filter((event) => allows(applicationTable, state, event))
        .map((event) => `${state} ${event}`),
    );
    expect(allowed).toEqual([
      "draft submit",
      "submitted return",
      "submitted approve",
      "submitted reject",
      "returned submit",
    ]);
  });

  const verdict = (v: "ok" | "fix") => ({
    verdict: v,
    reason: v === "fix" ? "照片不清晰" : null,
    byName: "周敏",
    at: "2026-11-20T01:00:00Z",
    round: 1,
  });
  const review: Review = {
    fields: { name: verdict("ok"), phone: verdict("ok"), "document.businessLicence": verdict("fix") },
    rounds: [
      {
        round: 1,
        returnedAt: "2026-11-20T01:00:00Z",
        byName: "周敏",
        asked: [{ field: "document.businessLicence", reason: "照片不清晰" }],
      },
    ],
  };
  test("after a return only the marked items can be changed", () => {
    expect(mayChange("returned", review, "document.businessLicence")).toBe(true);
    expect(mayChange("returned", review, "name")).toBe(false);
    expect(mayChange("submitted", review, "document.businessLicence")).toBe(false);
    expect(mayChange("draft", review, "name")).toBe(true);
  });
  test("handed in again, the mended items wait for a verdict and the others keep theirs", () => {
    const items = itemsToJudge("company", [{ kind: "businessLicence", expiresDay: null }], household).filter((i) =>
      ["name", "phone", "document.businessLicence"].includes(i),
    );
    expect(standingOf(items, afterResubmission(review))).toEqual({
      ok: ["name", "phone"],
      fix: [],
      open: ["document.businessLicence"],
    });
  });
});
