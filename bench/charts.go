package main

import (
	"bytes"
	"fmt"
	"image/color"
	"os"
	"path/filepath"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

var (
	oursColor   = color.RGBA{R: 0x1b, G: 0x6e, B: 0xc2, A: 0xff}
	othersColor = color.RGBA{R: 0x9a, G: 0xa5, B: 0xb1, A: 0xff}
)

// A bar is one of a chart.
type bar struct {
	name, value string
	length      float64
	ours        bool
}

// draw writes the charts that the README shows.
func (b *bench) draw(dir string) error {
	if all := b.ratios["RS256"]; len(all) > 0 && len(b.hits) > 0 {
		var bars []bar
		hit := find(b.hits, "net/http")
		bars = append(bars, bar{oursCached, fmt.Sprintf("%.2f", hit.ns/1000), hit.ns / 1000, true})
		for _, m := range all {
			if m.name == oursUncached {
				continue // hardly different from a first sight, and nobody's default
			}
			bars = append(bars, bar{m.name, fmt.Sprintf("%.0f", m.ns/1000), m.ns / 1000, m.ours})
		}
		if err := chart(filepath.Join(dir, "performance-request.svg"), "µs per request, RS256, in process", bars); err != nil {
			return err
		}
	}
	var bars []bar
	for _, r := range b.rates {
		if r.setting == b.rates[0].setting {
			bars = append(bars, bar{r.name, fmt.Sprintf("%.1f", r.perSecond/1000), r.perSecond / 1000, r.ours})
		}
	}
	if len(bars) > 0 {
		if err := chart(filepath.Join(dir, "performance-throughput.svg"), "thousand requests per second over loopback, server and load on the same cores", bars); err != nil {
			return err
		}
	}
	bars = nil
	for _, o := range b.conducts {
		bars = append(bars, bar{o.name, fmt.Sprint(o.lostHitN), float64(o.lostHitN), o.ours})
	}
	if len(bars) > 0 {
		title := fmt.Sprintf("requests lost of %d after a key rotation that follows one hostile token", b.rotations)
		if err := chart(filepath.Join(dir, "performance-rotation.svg"), title, bars); err != nil {
			return err
		}
	}
	return nil
}

// chart draws horizontal bars, the first at the top.
func chart(path, title string, bars []bar) error {
	bars = slices.Clone(bars)
	slices.Reverse(bars) // the axis begins at the bottom
	p := plot.New()
	p.Title.Text = title
	p.Title.TextStyle.Font.Variant = "Sans"
	p.Title.Padding = vg.Points(8)
	p.X.Min = 0
	p.HideX()
	var names []string
	points := make(plotter.XYs, len(bars))
	values := make([]string, len(bars))
	longest := 0.0
	for i, one := range bars {
		names = append(names, one.name)
		longest = max(longest, one.length)
		points[i] = plotter.XY{X: one.length, Y: float64(i)}
		values[i] = " " + one.value
		h, err := plotter.NewBarChart(plotter.Values{one.length}, vg.Points(15))
		if err != nil {
			return err
		}
		h.Horizontal = true
		h.XMin = float64(i)
		h.LineStyle.Width = 0
		h.Color = othersColor
		if one.ours {
			h.Color = oursColor
		}
		p.Add(h)
	}
	labels, err := plotter.NewLabels(plotter.XYLabels{XYs: points, Labels: values})
	if err != nil {
		return err
	}
	for i := range labels.TextStyle {
		labels.TextStyle[i].YAlign = -0.5
		labels.TextStyle[i].Font.Variant = "Sans"
	}
	p.Add(labels)
	p.NominalY(names...)
	p.Y.LineStyle.Width = 0
	p.Y.Tick.LineStyle.Width = 0
	p.Y.Tick.Label.Font = font.From(plot.DefaultFont, 11)
	p.Y.Tick.Label.Font.Variant = "Sans"
	p.X.Max = longest*1.1 + 1e-9
	w, err := p.WriterTo(vg.Points(640), vg.Points(float64(50+22*len(bars))), "svg")
	if err != nil {
		return err
	}
	var svg bytes.Buffer
	if _, err := w.WriteTo(&svg); err != nil {
		return err
	}
	// Readers who lack the font that the text was measured with get one like it.
	text := bytes.ReplaceAll(svg.Bytes(), []byte("font-family:Liberation Sans;"), []byte("font-family:Liberation Sans,Arial,Helvetica,sans-serif;"))
	return os.WriteFile(path, text, 0o644)
}
