package receive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// look is how often a holder looks for a request to let go, and a newcomer whether it did.
	look = 200 * time.Millisecond
	// patience is how long a newcomer waits for a holder that was asked to let go.
	patience = 15 * time.Second
)

// lock makes its holder the one client that syncs. It dies with the process.
type lock struct {
	root *os.Root
	file *os.File
}

// acquire takes the lock, or returns an Error with who has it.
func acquire(ctx context.Context, root *os.Root, self Holder, takeOver bool) (*lock, error) {
	file, err := root.OpenFile(lockName, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	l := &lock{root, file}
	holder, err := l.wait(ctx, self, takeOver)
	if err == nil && holder != nil {
		err = &Error{Code: CodeBusy, Holder: holder, Message: fmt.Sprintf(
			"%s syncs since %s; one client at a time. End it there, or take over with --take-over", holder.Client, holder.Since.Format(time.RFC3339))}
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return l, l.own(self)
}

// wait returns who holds the lock and does not let go, nil if it was taken.
func (l *lock) wait(ctx context.Context, self Holder, takeOver bool) (*Holder, error) {
	deadline := time.Now().Add(patience)
	for {
		err := unix.Flock(int(l.file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return nil, nil
		}
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("locking %s: %w", lockName, err)
		}
		holder := l.holder()
		// a connection of the same client that broke, which its runtime did not notice yet
		same := self.Session != "" && holder.Session == self.Session
		if !takeOver && !same && holder.Client != "" || time.Now().After(deadline) {
			return &holder, nil
		}
		// the request of an earlier newcomer may be in its place
		if takeOver || same {
			if err := writeWhole(l.root, requestName, self); err != nil {
				return nil, err
			}
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(look):
		}
	}
}

// holder is empty while a new one is about to say who it is.
func (l *lock) holder() Holder {
	var holder Holder
	if content, err := l.root.ReadFile(lockName); err != nil || json.Unmarshal(content, &holder) != nil {
		return Holder{}
	}
	return holder
}

func (l *lock) own(self Holder) error {
	content, err := json.Marshal(self)
	if err == nil {
		err = l.file.Truncate(0)
	}
	if err == nil {
		_, err = l.file.WriteAt(content, 0)
	}
	if err == nil {
		err = l.root.Remove(requestName)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, l.file.Close())
	}
	return nil
}

// taken waits until another client wants to take over, and returns who; nil when the context is done.
func (l *lock) taken(ctx context.Context) *Holder {
	ticks := time.NewTicker(look)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticks.C:
		}
		var by Holder
		if content, err := l.root.ReadFile(requestName); err == nil && json.Unmarshal(content, &by) == nil {
			return &by
		}
	}
}

func (l *lock) release() error { return l.file.Close() }

func writeWhole(root *os.Root, name string, message any) error {
	content, err := json.Marshal(message)
	if err != nil {
		return err
	}
	if err := root.WriteFile(name+".new", append(content, '\n'), 0o644); err != nil {
		return err
	}
	return root.Rename(name+".new", name)
}
