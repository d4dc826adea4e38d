package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// editors are the ways in which editors save, all of them; those of the times come first.
var editors = append(slices.Clone(ways),
	// Vim with backupcopy=no
	way{"rename away, write", func(e *editor, _ func() error) (string, time.Time, error) {
		answer, content := e.next()
		backup := e.path + "~"
		err := os.Rename(e.path, backup)
		if err == nil {
			err = truncateAndWrite(e.path, content)
		}
		if err == nil {
			err = os.Remove(backup)
		}
		return answer, time.Now(), err
	}},
	// GoLand with its safe write
	way{"write, rename away, rename", func(e *editor, _ func() error) (string, time.Time, error) {
		answer, content := e.next()
		fresh, old := e.path+"___jb_tmp___", e.path+"___jb_old___"
		err := os.WriteFile(fresh, content, 0o644)
		if err == nil {
			err = os.Rename(e.path, old)
		}
		if err == nil {
			err = os.Rename(fresh, e.path)
		}
		if err == nil {
			err = os.Remove(old)
		}
		return answer, time.Now(), err
	}},
	// any editor with a formatter that writes after it; its content is another one here, so that a lost one shows
	way{"write, then a formatter", func(e *editor, _ func() error) (string, time.Time, error) {
		_, unformatted := e.next()
		if err := truncateAndWrite(e.path, unformatted); err != nil {
			return "", time.Time{}, err
		}
		time.Sleep(100 * time.Millisecond)
		answer, content := e.next()
		err := writeAndRename(e.path, content)
		return answer, time.Now(), err
	}},
)

// longestPause is the longest wait between two saves, which come at any moment of what a tool does after a reload.
const longestPause = 500 * time.Millisecond

// countLost saves n times with each way of watching, in all the ways of editors, and prints how many edits were lost. It
// returns an error if one was.
func countLost(ctx context.Context, out io.Writer, b binaries, s source, dir string, n int, seed uint64) error {
	random := rand.New(rand.NewPCG(seed, 0))
	p := plan{tools: watched, ways: editors, rounds: (n + len(editors) - 1) / len(editors), pause: func() time.Duration {
		return time.Duration(random.Int64N(int64(longestPause)))
	}}
	results, err := measure(ctx, b, s, filepath.Join(dir, s.name), p)
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	p.print(out, s, results)
	fmt.Fprintln(out)
	lost := 0
	for _, t := range p.tools {
		total, missing := 0, 0
		for _, w := range p.ways {
			for _, r := range results[t.name+"/"+w.name] {
				total++
				if r.lost != nil {
					missing++
				}
			}
		}
		fmt.Fprintf(out, "%s, %s: %d saves, %d edits lost\n", s.name, t.name, total, missing)
		lost += missing
	}
	if lost > 0 {
		return fmt.Errorf("%s: %d edits were lost", s.name, lost)
	}
	return nil
}
