// The floor of T6: the nonces of a header searched by C, LANES at once, with the same savings as Hashing/Lanes: what no
// nonce changes is worked out once, and of the second hash only the word that has to be zero. Written for this bench.
#include <stdint.h>

typedef uint32_t v __attribute__((vector_size(4 * LANES)));

static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static const uint32_t INITIAL[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

#define ROR(x, n) (((x) >> (n)) | ((x) << (32 - (n))))
#define SUM0(x) (ROR(x, 2) ^ ROR(x, 13) ^ ROR(x, 22))
#define SUM1(x) (ROR(x, 6) ^ ROR(x, 11) ^ ROR(x, 25))
#define SIGMA0(x) (ROR(x, 7) ^ ROR(x, 18) ^ ((x) >> 3))
#define SIGMA1(x) (ROR(x, 17) ^ ROR(x, 19) ^ ((x) >> 10))
#define CHOOSE(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
#define MAJORITY(x, y, z) (((x) & (y)) | ((z) & ((x) | (y))))

// One round of variables s[0] to s[7], which change roles: round i finds variable n at (n - i) mod 8.
#define AT(n, i) s[((n) - (i)) & 7]
#define HALF(i, wk) (AT(7, i) + SUM1(AT(4, i)) + CHOOSE(AT(4, i), AT(5, i), AT(6, i)) + (wk))
#define ROUND(i, wk) do { \
        v half = HALF(i, wk); \
        AT(3, i) += half; \
        AT(7, i) = half + SUM0(AT(0, i)) + MAJORITY(AT(0, i), AT(1, i), AT(2, i)); \
    } while (0)
#define WORD(i) (w[(i) & 15] += SIGMA0(w[((i) + 1) & 15]) + w[((i) + 9) & 15] + SIGMA1(w[((i) + 14) & 15]))

struct plan {
    uint32_t s3[8], midstate[8], s1[8], word16, word17, part18, part19;
};

static inline v all(uint32_t word) { return word - (v){}; }

static v last_word(const struct plan *p, v nonce) {
    v s[8], w[16];
    for (int i = 0; i < 8; i++) s[i] = all(p->s3[i]);
    s[0] += nonce;
    s[4] += nonce;
#pragma GCC unroll 16
    for (int i = 4; i < 16; i++) ROUND(i, all(K[i] + (i == 4 ? 0x80000000u : i == 15 ? 640 : 0)));
    w[0] = all(p->word16), w[1] = all(p->word17);
    w[2] = p->part18 + SIGMA0(nonce), w[3] = p->part19 + nonce;
    w[4] = 0x80000000u + SIGMA1(w[2]), w[5] = SIGMA1(w[3]), w[6] = 640 + SIGMA1(w[4]);
    w[7] = w[0] + SIGMA1(w[5]), w[8] = w[1] + SIGMA1(w[6]);
#pragma GCC unroll 16
    for (int i = 9; i < 14; i++) w[i] = w[i - 7] + SIGMA1(w[i - 2]);
    w[14] = SIGMA0(all(640)) + w[7] + SIGMA1(w[12]);
    w[15] = 640 + SIGMA0(w[0]) + w[8] + SIGMA1(w[13]);
#pragma GCC unroll 16
    for (int i = 16; i < 32; i++) ROUND(i, w[i - 16] + K[i]);
#pragma GCC unroll 32
    for (int i = 32; i < 64; i++) { v next = WORD(i); ROUND(i, next + K[i]); }

    for (int i = 0; i < 8; i++) w[i] = s[i] + p->midstate[i];
    for (int i = 0; i < 8; i++) s[i] = all(p->s1[i]);
    s[3] += w[0];
    s[7] += w[0];
#pragma GCC unroll 16
    for (int i = 1; i < 8; i++) ROUND(i, w[i] + K[i]);
#pragma GCC unroll 16
    for (int i = 8; i < 16; i++) ROUND(i, all(K[i] + (i == 8 ? 0x80000000u : i == 15 ? 256 : 0)));
    v d[8];
    for (int i = 0; i < 8; i++) d[i] = w[i];
    w[0] = d[0] + SIGMA0(d[1]), w[1] = d[1] + SIGMA0(d[2]) + SIGMA1(all(256));
    for (int i = 2; i < 6; i++) w[i] = d[i] + SIGMA0(d[i + 1]) + SIGMA1(w[i - 2]);
    w[6] = d[6] + SIGMA0(d[7]) + 256 + SIGMA1(w[4]);
    w[7] = d[7] + SIGMA0(all(0x80000000u)) + w[0] + SIGMA1(w[5]);
    w[8] = 0x80000000u + w[1] + SIGMA1(w[6]);
#pragma GCC unroll 16
    for (int i = 9; i < 14; i++) w[i] = w[i - 7] + SIGMA1(w[i - 2]);
    w[14] = SIGMA0(all(256)) + w[7] + SIGMA1(w[12]);
    w[15] = 256 + SIGMA0(w[0]) + w[8] + SIGMA1(w[13]);
#pragma GCC unroll 16
    for (int i = 16; i < 32; i++) ROUND(i, w[i - 16] + K[i]);
#pragma GCC unroll 32
    for (int i = 32; i < 57; i++) { v next = WORD(i); ROUND(i, next + K[i]); }
#pragma GCC unroll 16
    for (int i = 57; i < 61; i++) { v next = WORD(i); AT(3, i) += HALF(i, next + K[i]); }
    return AT(4, 61) + INITIAL[7];
}

static uint32_t turned(uint32_t word) { return __builtin_bswap32(word); }

// The scalar rounds that all lanes have alike, with the same macros on numbers.
#define v uint32_t
static void prepare(struct plan *p, const uint32_t *midstate, const uint8_t *tail) {
    uint32_t t[3], s[8];
    __builtin_memcpy(t, tail, sizeof t);
    for (int i = 0; i < 3; i++) t[i] = turned(t[i]);
    for (int i = 0; i < 8; i++) s[i] = p->midstate[i] = midstate[i];
    for (int i = 0; i < 4; i++) ROUND(i, K[i] + (i < 3 ? t[i] : 0));
    __builtin_memcpy(p->s3, s, sizeof s);
    for (int i = 0; i < 8; i++) s[i] = INITIAL[i];
    ROUND(0, K[0]);
    __builtin_memcpy(p->s1, s, sizeof s);
    uint32_t end = 0x80000000u, length = 640;
    p->word16 = t[0] + SIGMA0(t[1]);
    p->word17 = t[1] + SIGMA0(t[2]) + SIGMA1(length);
    p->part18 = t[2] + SIGMA1(p->word16);
    p->part19 = SIGMA0(end) + SIGMA1(p->word17);
}
#undef v

// How many of the nonces have a hash that begins with 32 zero bits; the first of them goes to *hit.
uint32_t scan(const uint32_t *midstate, const uint8_t *tail, uint32_t first, uint32_t count, uint32_t *hit) {
    struct plan p;
    prepare(&p, midstate, tail);
    uint32_t found = 0;
    for (uint32_t done = 0; done < count; done += LANES) {
        v nonce;
        for (int i = 0; i < LANES; i++) nonce[i] = first + done + i;
        v word = ((ROR(nonce, 8) & 0xff00ff00u) | (ROR(nonce, 24) & 0x00ff00ffu));
        v zero = (v)(last_word(&p, word) == 0);
        uint32_t any = 0;
        for (int i = 0; i < LANES; i++) any |= zero[i];
        if (any) {
            for (int i = 0; i < LANES; i++) {
                if (zero[i] && found++ == 0) *hit = first + done + i;
            }
        }
    }

    return found;
}
