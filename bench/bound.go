package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
)

// bound measures cached tokens that are bound to a certificate or to a key.
func (b *bench) bound(_ context.Context, l *workload, w io.Writer) error {
	plain, err := b.boundToCertificate(l, w)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "\n| proof, with a cached token | µs | × bare check | half of the rounds | B | allocations |")
	fmt.Fprintln(w, "|---|---:|---:|---|---:|---:|")
	for _, alg := range []string{"ES256", "EdDSA"} {
		m, err := b.boundToKey(l, w, alg)
		if err != nil {
			return err
		}
		if alg == "EdDSA" { // whose check allocates nothing
			b.goal("EdDSA proof, allocations more than a cached token alone", m.allocs-plain.allocs, 10, "")
		}
	}
	if err := b.liveProofs(l, w); err != nil {
		return err
	}
	return b.provingCores(l, w)
}

// boundToCertificate compares tokens that are bound to a certificate with one that is not
// bound, whose measurement it returns.
func (b *bench) boundToCertificate(l *workload, w io.Writer) (*measurement, error) {
	units, err := certificateUnits(l)
	if err != nil {
		return nil, err
	}
	p := b.plan
	p.slice *= 4 // so that each has several garbage collections
	all := paired(units[0], units[1:], p)
	fmt.Fprintln(w, "\n| cached token | ns | × not bound | half of the rounds | B | allocations |")
	fmt.Fprintln(w, "|---|---:|---:|---|---:|---:|")
	for _, m := range all {
		fmt.Fprintf(w, "| %s | %.0f | %.3f | %s | %.0f | %.0f |\n", bold(m), m.ns, m.ratio.median, m.ratio, m.bytes,
			m.allocs)
	}
	b.goal("cached token bound to a certificate, × not bound", all[1].ratio.median, 1.3, all[1].ratio.String())
	return all[0], nil
}

// boundToKey compares a cached token that comes with a proof of alg with the bare check of
// the proof's signature.
func (b *bench) boundToKey(l *workload, w io.Writer, alg string) (*measurement, error) {
	p, err := newProver(l, alg)
	if err != nil {
		return nil, err
	}
	proofs, long := p.proofs(b.proofs), b.long()
	u := p.proving(alg, proofs)
	// The memory for used proofs takes room for the first ones.
	warm := len(proofs) / 3
	u.do(0, warm)
	u.most = (len(proofs) - warm - warmUp - probe) / long.rounds
	all := paired(signatureCheck(alg, p.key.Signer().Public(), proofs), []unit{u}, long)
	for _, m := range all {
		fmt.Fprintf(w, "| %s | %.1f | %.3f | %s | %.0f | %.0f |\n", bold(m), m.ns/1000, m.ratio.median, m.ratio,
			m.bytes, m.allocs)
	}
	m := all[1]
	limit := map[string]float64{"ES256": 1.10, "EdDSA": 1.15}[alg]
	b.goal(alg+" proof, × bare check", m.ratio.median, limit, m.ratio.String())
	return m, nil
}

// liveProofs measures the heap with many used proofs in memory.
func (b *bench) liveProofs(l *workload, w io.Writer) error {
	p, err := newProver(l, "EdDSA")
	if err != nil {
		return err
	}
	p.proving("first proof", p.proofs(1)).do(0, 1)
	empty := heap()
	const batch = 1000 // of proofs that wait to be used
	for sent := 0; sent < b.live; sent += batch {
		n := min(batch, b.live-sent)
		p.proving("live proofs", p.proofs(n)).do(0, n)
	}
	grown := float64(heap() - empty)
	s := p.auth.Stats()
	fmt.Fprintf(w, "\n%d used proofs in memory take %.1f MB of heap, %.0f bytes each.\n", s.Proofs, grown/1e6,
		grown/float64(s.Proofs))
	fmt.Fprintln(w, "`go test -bench First` in adapters/redisstore measures a store that replicas share.")
	b.goal(fmt.Sprintf("%d used proofs in memory, MB", b.live), grown/1e6, 20,
		fmt.Sprintf("Stats: %.1f MB", float64(s.ProofBytes)/1e6))
	return nil
}

// provingCores is scaling for requests with proofs.
func (b *bench) provingCores(l *workload, w io.Writer) error {
	if runtime.NumCPU() < 2 {
		return nil
	}
	p, err := newProver(l, "ES256")
	if err != nil {
		return err
	}
	proofs := p.proofs(b.proofs)
	// The first core serves alone, too.
	own := len(proofs) * 2 / 3
	units := []unit{p.proving("first core", proofs[:own]), p.proving("second core", proofs[own:])}
	warm := own / 4
	fmt.Fprintln(w, "\n| | requests a second, 2 cores ÷ 1 | by processor time per request |")
	fmt.Fprintln(w, "|---|---:|---:|")
	most := (own - warm - coreProbe) / (2 * b.coreRounds())
	wall, cpu := b.twoCores(warm, most, func(core, n int) { units[core].do(0, n) })
	b.writeCores(w, "ES256 proofs", wall, cpu)
	return nil
}
