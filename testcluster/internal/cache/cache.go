// Package cache keeps what is expensive to make: each thing once per key, complete or not at all.
package cache

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Key hashes the files and the words that decide what a build yields. It is short enough for a folder name.
func Key(files []string, words ...string) (string, error) {
	h := sha256.New()
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "file %s %d\n", filepath.Base(name), len(content))
		h.Write(content)
	}
	for _, word := range words {
		fmt.Fprintf(h, "word %d\n%s\n", len(word), word)
	}
	return hex.EncodeToString(h.Sum(nil))[:16], nil
}

// FileDigest returns the SHA-256 of a file, in hex.
func FileDigest(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Once returns a path that make has filled. make gets a temporary path beside it, renamed when it succeeds, so that a
// killed run leaves nothing that looks whole. Runs at the same time wait for each other.
func Once(path string, make func(temp string) error) error {
	if touch(path) == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	unlock, err := Lock(path + ".lock")
	if err != nil {
		return err
	}
	defer unlock()
	if touch(path) == nil {
		return nil // the run that we waited for made it
	}
	temp := path + ".part"
	if err := os.RemoveAll(temp); err != nil {
		return err
	}
	if err := make(temp); err != nil {
		os.RemoveAll(temp)
		return err
	}
	return os.Rename(temp, path)
}

// touch marks what is in the cache as used now, for Prune. It fails when it is not there.
func touch(path string) error {
	now := time.Now()
	return os.Chtimes(path, now, now)
}

// Prune removes what is in a folder of the cache and was not used since a time.
func Prune(dir string, since time.Time) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.ModTime().Before(since) {
			errs = append(errs, os.RemoveAll(filepath.Join(dir, e.Name())))
		}
	}
	return errors.Join(errs...)
}

// Lock takes an exclusive lock on a file and returns what releases it. The kernel releases it too when the process
// ends, however it ends.
func Lock(path string) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := touch(path); err != nil {
		f.Close()
		return nil, err
	}
	for {
		if err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != syscall.EINTR {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() { f.Close() }, nil
}
