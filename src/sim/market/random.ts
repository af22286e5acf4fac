/**
 * Seeded random numbers: xoshiro128** by David Blackman and Sebastiano Vigna (public domain,
 * https://prng.di.unimi.it/xoshiro128starstar.c), its state filled by splitmix32.
 * Equal seeds give equal sequences on every machine.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  /** @param seed any integer; its low 32 bits count. */
  constructor(seed: number) {
    let state = seed >>> 0;
    const fill = (): number => {
      state = (state + 0x9e3779b9) >>> 0;
      return mix32(state);
    };
    this.a = fill();
    this.b = fill();
    this.c = fill();
    this.d = fill();
  }

  /** An integer in 0 .. 2^32 - 1. */
  uint32(): number {
    const result = Math.imul(rotl(Math.imul(this.b, 5), 7), 9) >>> 0;
    const t = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= t;
    this.d = rotl(this.d, 11);
    return result;
  }

  /** A number in [0, 1). */
  next(): number {
    return this.uint32() / 4294967296;
  }

  /** An integer in [low, high]. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }
}

function rotl(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}

/** The 32-bit finalizer of MurmurHash3 (Austin Appleby, public domain): every input bit moves every output bit. */
export function mix32(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Hashes three integers to [0, 1); the same ones always give the same result. */
export function hashUnit(a: number, b: number, c: number): number {
  return mix32(mix32(mix32(a ^ 0x2545f491) ^ b) ^ (c * 0x9e3779b9)) / 4294967296;
}

/** Hashes text to 32 bits (FNV-1a, then mixed). */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix32(h);
}

/** Eight hexadecimal digits of a number from 0 on. */
export function eightHexDigits(value: number): string {
  return value.toString(16).padStart(8, "0");
}
