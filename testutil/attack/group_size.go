package attack

import "strings"

// sizeAttacks are tokens that are costly to process.
func sizeAttacks(h *harness) {
	g := h.good()
	const costly = "A token longer than any that is needed, to be rejected before it is decoded."
	h.raw(oversized, "size/letters", costly, strings.Repeat("a", 1<<20))
	h.raw(oversized, "size/dots", costly, strings.Repeat(".", 1<<20))
	h.raw(oversized, "size/long-header", costly, strings.Repeat("a", 1<<20)+".b.c")
	h.raw(oversized, "size/long-signature", costly, g.compact()+strings.Repeat("A", 1<<20))
	h.token(oversized, "size/200-kB-signed", costly, g.claim("x", strings.Repeat("x", 200_000)))
	h.token(oversized, "size/audiences", costly,
		g.claim("aud", strings.Fields(strings.Repeat("x ", 50_000))))
}
