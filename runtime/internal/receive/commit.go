package receive

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// commit puts a batch in its place.
type commit struct {
	*record
	stage *stage
	ack   Ack
	// done are the changes that were made, as the journal has them.
	done []Entry
	// placed is when the last of them was.
	placed time.Time
}

func (c *commit) run(begin Begin, entries []staged) error {
	c.ack.ID = begin.ID
	c.places.forget()
	remove := slices.DeleteFunc(slices.Clone(begin.Remove), func(name string) bool {
		_, ours := c.held[name]
		return !ours
	})
	// folders go last, those within others first: until the renames are done there is something in them
	slices.SortFunc(remove, func(a, b string) int { return cmp.Or(strings.Count(b, "/")-strings.Count(a, "/"), cmp.Compare(a, b)) })
	var folders []string
	remove = slices.DeleteFunc(remove, func(name string) bool {
		isFolder := c.held[name].Kind == kindDir
		if isFolder {
			folders = append(folders, name)
		}
		return isFolder
	})
	renames := c.possible(begin.Rename)
	if err := c.announce(c.planned(slices.Concat(remove, folders), renames, entries)); err != nil {
		return err
	}
	for _, name := range remove {
		if err := c.try(name, c.remove); err != nil {
			return err
		}
	}
	for _, move := range renames {
		if err := c.try(move.To, func(string) error { return c.rename(move) }); err != nil {
			return err
		}
	}
	for _, name := range folders {
		if err := c.try(name, c.remove); err != nil {
			return err
		}
	}
	for _, entry := range entries {
		if err := c.try(entry.Path, func(string) error { return c.write(entry) }); err != nil {
			return err
		}
	}
	c.placed = time.Now()
	return c.confirm(c.done, len(c.ack.Refused) == 0)
}

// try does one change; that the user may not do it concerns this path alone.
func (c *commit) try(name string, change func(string) error) error {
	err := change(name)
	if errors.Is(err, fs.ErrPermission) && !errors.Is(err, unix.EROFS) {
		c.ack.Refused = append(c.ack.Refused, Refusal{name, explain(err).Message})
		return nil
	}
	return err
}

func (c *commit) planned(remove []string, renames []Move, entries []staged) []Entry {
	var will []Entry
	for _, name := range remove {
		will = append(will, Entry{Path: name, Kind: kindGone})
	}
	for _, move := range renames {
		will = append(will, c.renamed(move)...)
	}
	for _, entry := range entries {
		will = append(will, entry.Entry)
	}
	return will
}

func (c *commit) renamed(move Move) []Entry {
	entry := c.held[move.From]
	entry.Path = move.To
	return []Entry{{Path: move.From, Kind: kindGone}, entry}
}

// possible sorts out renames of what is not as it was brought, and of links, whose targets would mean something else.
func (c *commit) possible(renames []Move) []Move {
	var possible []Move
	for _, move := range renames {
		entry, ours := c.held[move.From]
		if ours && entry.Kind == kindFile {
			if state, err := c.look(entry); err == nil && state == asBrought {
				possible = append(possible, move)
				continue
			}
		}
		c.ack.Missing = append(c.ack.Missing, move)
	}
	return possible
}

func (c *commit) remove(name string) error {
	entry := c.held[name]
	state, err := c.look(entry)
	switch {
	case err != nil:
		return err
	case state == absent:
	case entry.Kind == kindDir:
		// what sync did not bring keeps the folder
		if info, err := c.root.Lstat(name); err == nil && info.IsDir() {
			if err := c.places.remove(name); err != nil && !errors.Is(err, unix.ENOTEMPTY) && !errors.Is(err, unix.EEXIST) {
				return err
			}
		}
	case state == changed && !completed(name):
		if err := c.aside(name); err != nil {
			return err
		}
	default:
		if err := c.places.remove(name); err != nil {
			return err
		}
	}
	c.ack.Removed++
	c.done = append(c.done, Entry{Path: name, Kind: kindGone})
	return nil
}

func (c *commit) rename(move Move) error {
	entry := c.held[move.From]
	if err := c.clear(move.To, entry); err != nil {
		return err
	}
	if err := c.root.Rename(move.From, move.To); err != nil {
		return err
	}
	c.ack.Renamed++
	c.done = append(c.done, c.renamed(move)...)
	return nil
}

func (c *commit) write(entry staged) error {
	if err := c.clear(entry.Path, entry.Entry); err != nil {
		return err
	}
	var err error
	if entry.Kind == kindDir {
		// a folder that is there is as good, whoever made it
		err = c.places.makeParents(path.Join(entry.Path, "x"))
	} else {
		err = c.root.Rename(path.Join(stageName, entry.name), entry.Path)
	}
	if err != nil {
		return err
	}
	c.ack.Written++
	c.done = append(c.done, entry.Entry)
	return nil
}

// clear makes the folders of the path, and moves what is in its place and did not come from sync aside.
func (c *commit) clear(name string, wanted Entry) error {
	if blocking := c.places.blocking(name); blocking != "" {
		if err := c.vacate(blocking, Entry{}); err != nil {
			return err
		}
	}
	if err := c.places.makeParents(name); err != nil {
		return err
	}
	info, err := c.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.IsDir():
		return c.vacate(name, wanted)
	case wanted.Kind == kindDir:
		return nil
	}
	if c.held[name].Kind == kindDir && c.places.remove(name) == nil {
		return nil
	}
	return c.aside(name)
}

// vacate makes place for what is wanted where a file or link is: nothing is to be done if sync brought it, or it is the
// same; a folder needs the place empty.
func (c *commit) vacate(name string, wanted Entry) error {
	ours, known := c.held[name]
	replaceable := known && completed(name)
	for _, entry := range []Entry{ours, wanted} {
		if entry.Kind == kindFile || entry.Kind == kindLink {
			entry.Path = name
			state, err := c.look(entry)
			if err != nil {
				return err
			}
			replaceable = replaceable || state == asBrought
		}
	}
	switch {
	case !replaceable:
		return c.aside(name)
	case wanted.Kind == kindFile || wanted.Kind == kindLink:
		return nil // a rename replaces it
	}
	return c.places.remove(name)
}

func (c *commit) aside(name string) error {
	move, err := c.places.aside(name)
	if err == nil {
		c.ack.Kept = append(c.ack.Kept, move)
	}
	return err
}
