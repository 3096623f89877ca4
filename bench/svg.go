package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"unicode/utf8"
)

// A chart is a set of horizontal bars that start at the same line.
type chart struct {
	file, title, subtitle string
	groups                []group
}

// A group is a part of a chart, with a title of its own unless it is empty.
type group struct {
	title string
	bars  []bar
}

type bar struct {
	label, value string
	length       float64
	kind         barKind
}

type barKind int

const (
	ours barKind = iota
	other
	baseline // what no guard can be better than
)

var barColors = map[barKind]string{ours: "#1b6ec2", other: "#8c96a3", baseline: "#d0d7de"}

// Lengths are in pixels.
const (
	chartWidth  = 800
	margin      = 16
	headHeight  = 44 // title and subtitle
	titleHeight = 32 // of a group
	rowHeight   = 24
	barHeight   = 14
	gap         = 8  // between a bar and its texts
	valueWidth  = 70 // room for the value behind the longest bar

	// labelChar is the room for one character of a label of 13 px. The widest
	// usual font, DejaVu Sans, needs 8 on average.
	labelChar = 8.6
)

// svg draws the chart. The reader's browser chooses the font, so labels end at
// the bars, values begin behind them, and both have room for a wide font.
func (c chart) svg() []byte {
	longest, labelWidth := 0.0, 0.0
	height := 2*margin + headHeight
	for _, g := range c.groups {
		height += g.height()
		for _, b := range g.bars {
			longest = max(longest, b.length)
			labelWidth = max(labelWidth, labelChar*float64(utf8.RuneCountInString(b.label)))
		}
	}
	start := margin + labelWidth + gap
	room := chartWidth - margin - valueWidth - start

	var w bytes.Buffer
	fmt.Fprintf(&w, `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d"`,
		chartWidth, height)
	fmt.Fprintln(&w, ` font-family="-apple-system,'Segoe UI',Helvetica,Arial,sans-serif" font-size="13" fill="#24292f">`)
	fmt.Fprintf(&w, "<title>%s</title>\n", escape(c.title))
	fmt.Fprintf(&w, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", chartWidth, height)
	y := float64(margin)
	fmt.Fprintf(&w, `<text x="%d" y="%.0f" font-size="16" font-weight="bold">%s</text>`+"\n", margin, y+12,
		escape(c.title))
	fmt.Fprintf(&w, `<text x="%d" y="%.0f" fill="#57606a">%s</text>`+"\n", margin, y+32, escape(c.subtitle))
	y += headHeight
	for _, g := range c.groups {
		g.draw(&w, start, y, room/max(longest, 1))
		y += float64(g.height())
	}
	w.WriteString("</svg>\n")
	return w.Bytes()
}

func (g group) height() int {
	height := rowHeight * len(g.bars)
	if g.title != "" {
		height += titleHeight
	}
	return height
}

// draw draws g below y, with its bars from x on.
func (g group) draw(w *bytes.Buffer, x, y, scale float64) {
	if g.title != "" {
		fmt.Fprintf(w, `<text x="%d" y="%.0f" fill="#57606a">%s</text>`+"\n", margin, y+21, escape(g.title))
		y += titleHeight
	}
	for i, b := range g.bars {
		b.draw(w, x, y+float64(rowHeight*i), scale)
	}
	fmt.Fprintf(w, `<line x1="%.1f" x2="%.1[1]f" y1="%.0f" y2="%.0f" stroke="#57606a"/>`+"\n", x, y,
		y+float64(rowHeight*len(g.bars)))
}

func (b bar) draw(w *bytes.Buffer, x, y, scale float64) {
	baselineY := y + 17
	weight := ""
	if b.kind == ours {
		weight = ` font-weight="bold"`
	}
	fmt.Fprintf(w, `<text x="%.0f" y="%.0f" text-anchor="end"%s>%s</text>`, x-gap, baselineY, weight,
		escape(b.label))
	fmt.Fprintf(w, `<rect x="%.1f" y="%.1f" width="%.1f" height="%d" fill="%s"/>`,
		x, y+(rowHeight-barHeight)/2, b.length*scale, barHeight, barColors[b.kind])
	fmt.Fprintf(w, `<text x="%.1f" y="%.0f"%s>%s</text>`+"\n", x+b.length*scale+gap, baselineY, weight,
		escape(b.value))
}

func escape(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a Buffer does not fail
	return b.String()
}
