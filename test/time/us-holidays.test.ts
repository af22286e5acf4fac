import { describe, expect, test } from "vitest";
import { isUsHalfDay, isUsHoliday } from "../../src/time/us-holidays.js";

function daysOf(year: number, matches: (day: string) => boolean): string[] {
  const found: string[] = [];
  for (let t = Date.UTC(year, 0, 1); t < Date.UTC(year + 1, 0, 1); t += 86_400_000) {
    const day = new Date(t).toISOString().slice(0, 10).replaceAll("-", "");
    if (matches(day)) found.push(day);
  }
  return found;
}

/** As the New York Stock Exchange announced them. */
describe("New York's exchanges", () => {
  test("are closed on the holidays of 2023", () => {
    const days = "20230102 20230116 20230220 20230407 20230529 20230619 20230704 20230904 20231123 20231225";
    expect(daysOf(2023, isUsHoliday)).toEqual(days.split(" "));
  });

  test.each(["20240329", "20250418", "20260403", "20270326", "20280414"])("%s is a Good Friday", (day) =>
    expect(isUsHoliday(day)).toBe(true),
  );

  test("New Year's Day 2022 was a Saturday: nothing was closed on 31 December", () =>
    expect(isUsHoliday("20211231")).toBe(false));

  test.each([
    [2018, "20180703 20181123 20181224"],
    [2019, "20190703 20191129 20191224"],
    // Independence Day on a weekend: its Friday or Monday is closed, and nobody goes home early before.
    [2020, "20201127 20201224"],
    // Christmas on a Saturday: Christmas Eve is the holiday.
    [2021, "20211126"],
    // July 3rd and Christmas Eve on weekends.
    [2022, "20221125"],
    [2023, "20230703 20231124"],
    [2024, "20240703 20241129 20241224"],
    [2025, "20250703 20251128 20251224"],
    [2026, "20261127 20261224"],
    [2027, "20271126"],
    [2028, "20280703 20281124"],
  ])("close early in %i on %s", (year, days) => expect(daysOf(year, isUsHalfDay)).toEqual(days.split(" ")));
});
