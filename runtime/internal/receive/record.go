package receive

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"

	"godev.io/runtime/internal/workspace"
)

// Places inside the workspace.
const (
	folder       = workspace.Folder + "/sync"
	journalName  = folder + "/journal"
	stageName    = folder + "/stage"
	lockName     = folder + "/lock"
	requestName  = folder + "/take-over"
	completeName = folder + "/complete"
)

// kindGone stands for what is to be removed, in the journal alone.
const kindGone = "-"

// record is what sync brought. It is kept in a journal: what is held, then for each batch what will be done and that it is
// done. After a kill in between, what the disk shows decides.
type record struct {
	root   *os.Root
	places *places
	held   map[string]Entry
	// will is a batch that was not finished
	will []Entry
	file *os.File
}

// line is one of the journal's.
type line struct {
	Held []Entry `json:"held,omitempty"`
	Will []Entry `json:"will,omitempty"`
	Done bool    `json:"done,omitempty"`
	// Did is what was done of the batch, nil if that is all.
	Did *[]Entry `json:"did,omitempty"`
}

// openRecord reads the journal, looks which of it is still there, and begins a new one.
func openRecord(root *os.Root) (*record, error) {
	r := &record{root: root, places: newPlaces(root), held: map[string]Entry{}}
	content, err := root.ReadFile(journalName)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	lines := bufio.NewReader(bytes.NewReader(content))
	for {
		text, err := lines.ReadBytes('\n')
		var l line
		// a line that was cut tells of nothing that was done
		if err != nil || json.Unmarshal(text, &l) != nil {
			break
		}
		r.replay(l)
	}
	if err := r.settle(); err != nil {
		return nil, err
	}
	return r, r.begin()
}

func (r *record) replay(l line) {
	for _, entry := range l.Held {
		if checkPath(entry.Path) == nil {
			r.held[entry.Path] = entry
		}
	}
	will := l.Will
	if l.Did != nil {
		r.will, will = nil, *l.Did
	}
	for _, entry := range will {
		if checkPath(entry.Path) == nil {
			r.will = append(r.will, entry)
		}
	}
	if l.Done {
		r.done()
	}
}

func (r *record) done() {
	for _, entry := range r.will {
		if entry.Kind == kindGone {
			delete(r.held, entry.Path)
		} else {
			r.held[entry.Path] = entry
		}
	}
	r.will = nil
}

// settle asks the disk how far an unfinished batch came, and forgets what is not there any more.
func (r *record) settle() error {
	for _, entry := range r.will {
		if entry.Kind == kindGone {
			continue
		}
		// not by its time: the file it was to replace may have the same
		state, _, err := r.compare(entry, true)
		if err != nil {
			return err
		}
		if state == asBrought {
			r.held[entry.Path] = entry
		}
	}
	r.will = nil
	for name, entry := range r.held {
		state, err := r.look(entry)
		if err != nil {
			return err
		}
		if state == absent {
			delete(r.held, name)
		}
	}
	return nil
}

// begin writes a journal of what is held.
func (r *record) begin() error {
	const temporary = journalName + ".new"
	file, err := r.root.OpenFile(temporary, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(file)
	for _, entry := range r.held {
		text, err := json.Marshal(line{Held: []Entry{entry}})
		if err != nil {
			return errors.Join(err, file.Close())
		}
		_, _ = out.Write(append(text, '\n')) // Flush tells
	}
	err = out.Flush()
	if err == nil {
		err = r.root.Rename(temporary, journalName)
	}
	if err != nil {
		return errors.Join(err, file.Close())
	}
	r.file = file
	return nil
}

// announce notes what will be done; confirm that it is, as far as nothing was refused.
func (r *record) announce(entries []Entry) error {
	r.will = entries
	return r.append(line{Will: entries})
}

func (r *record) confirm(did []Entry, all bool) error {
	r.will = did
	r.done()
	if all {
		return r.append(line{Done: true})
	}
	did = append([]Entry{}, did...) // nil would be written as all
	return r.append(line{Done: true, Did: &did})
}

func (r *record) append(l line) error {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	_, err = r.file.Write(append(text, '\n'))
	return err
}

func (r *record) close() error { return r.file.Close() }

// state is what became of an entry.
type state int

const (
	absent state = iota
	asBrought
	changed
)

// look compares what is in the entry's place with it. A file of the same size and time is the same.
func (r *record) look(entry Entry) (state, error) {
	state, _, err := r.compare(entry, false)
	return state, err
}

// compare also returns what is there, unless it is absent.
func (r *record) compare(entry Entry, thoroughly bool) (state, fs.FileInfo, error) {
	if r.places.blocking(entry.Path) != "" {
		return absent, nil, nil // something else is in the place of its folder
	}
	info, err := r.root.Lstat(entry.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return absent, nil, nil
	} else if err != nil {
		return absent, nil, err
	}
	same := false
	switch entry.Kind {
	case kindDir:
		same = info.IsDir()
	case kindLink:
		if info.Mode().Type() == fs.ModeSymlink {
			target, err := r.root.Readlink(entry.Path)
			same = err == nil && target == entry.Hash
		}
	case kindFile:
		if !info.Mode().IsRegular() || info.Size() != entry.Size {
			break
		}
		if same = !thoroughly && info.ModTime().UnixNano() == entry.Time; !same {
			hash, err := hashOf(r.root, entry.Path)
			if err != nil && !errors.Is(err, fs.ErrPermission) {
				return changed, info, err
			}
			same = hash == entry.Hash
		}
	}
	if same {
		return asBrought, info, nil
	}
	return changed, info, nil
}

// manifest is what the client is told.
func (r *record) manifest() ([]Entry, error) {
	entries := make([]Entry, 0, len(r.held))
	for _, entry := range r.held {
		state, info, err := r.compare(entry, false)
		switch {
		case err != nil:
			return nil, err
		case state == absent:
			continue
		case state == changed && !completed(entry.Path):
			entry.Hash = ""
		case state == asBrought && entry.Kind == kindFile:
			// a kill before these were set as they are meant to be, or a chmod in the pod
			entry.Exec, entry.Time = info.Mode()&0o111 != 0, info.ModTime().UnixNano()
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

func hashOf(root *os.Root, name string) (string, error) {
	file, err := root.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
