import type { BondFields } from "../model/contract.js";

/** A bond the simulated gateway knows. Facts are public or made up to fit. */
export interface KnownBond {
  isin: string;
  /** Symbol of the issuer. */
  symbol: string;
  longName: string;
  issuerId: string;
  industry: string;
  category: string;
  subcategory: string;
  basePrice: number;
  terms: BondFields;
}

const PLAIN = {
  convertible: false,
  putable: false,
  nextOptionDate: "",
  nextOptionType: "",
  nextOptionPartial: false,
  notes: "",
};

export const knownBonds: readonly KnownBond[] = [
  {
    isin: "US064159KJ44",
    symbol: "BNS",
    longName: "BANK OF NOVA SCOTIA",
    issuerId: "e1005921",
    industry: "Financial",
    category: "Banks",
    subcategory: "Commer Banks Non-US",
    basePrice: 98.5,
    terms: {
      ...PLAIN,
      cusip: "064159KJ4",
      coupon: 4.9,
      maturity: "20991231",
      issueDate: "20200604",
      ratings: "Baa3/BBB-",
      bondType: "CORP",
      couponType: "FIXED",
      callable: true,
      descAppend: "BNS 4.9 PERP",
    },
  },
  {
    isin: "US037833AL42",
    symbol: "AAPL",
    longName: "APPLE INC",
    issuerId: "e1359061",
    industry: "Technology",
    category: "Computers",
    subcategory: "Computers",
    basePrice: 87.25,
    terms: {
      ...PLAIN,
      cusip: "037833AL4",
      coupon: 3.85,
      maturity: "20430504",
      issueDate: "20130503",
      ratings: "Aaa/AA+",
      bondType: "CORP",
      couponType: "FIXED",
      callable: false,
      descAppend: "AAPL 3.85 05/04/43",
    },
  },
  {
    isin: "US912810TM09",
    symbol: "US-T",
    longName: "UNITED STATES TREASURY",
    issuerId: "e1000001",
    industry: "Government",
    category: "Sovereign",
    subcategory: "Sovereign",
    basePrice: 92.75,
    terms: {
      ...PLAIN,
      cusip: "912810TM0",
      coupon: 4,
      maturity: "20521115",
      issueDate: "20221115",
      ratings: "Aaa/AA+",
      bondType: "GOVT",
      couponType: "FIXED",
      callable: false,
      descAppend: "US-T 4 11/15/52",
    },
  },
];
