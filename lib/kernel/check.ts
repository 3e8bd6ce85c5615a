/** GB 32100-2015: 18 characters, weights 3^i mod 31. */
export function isCreditCode(text: string): boolean {
  const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  if (!/^[0-9A-HJ-NPQRTUWXY]{18}$/.test(text)) return false;
  let total = 0;
  let weight = 1;
  for (let i = 0; i < 17; i++) {
    total += alphabet.indexOf(text[i] ?? "") * weight;
    weight = (weight * 3) % 31;
  }
  return alphabet[(31 - (total % 31)) % 31] === text[17];
}

/** GB 11643-1999: 17 digits and a check character. */
export function isIdentityNumber(text: string): boolean {
  if (!/^\d{17}[\dX]$/.test(text)) return false;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const total = weights.reduce((sum, w, i) => sum + w * Number(text[i]), 0);
  return "10X98765432"[total % 11] === text[17];
}

/** A mainland mobile number, eleven digits. */
export const isPhone = (text: string): boolean => /^1[3-9]\d{9}$/.test(text);
