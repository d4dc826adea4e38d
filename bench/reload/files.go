package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// writable shows the files of the module cache, which are read-only, as ones that can be saved.
type writable struct{ fs.FS }

func (w writable) Open(name string) (fs.File, error) {
	file, err := w.FS.Open(name)
	return writableFile{file}, err
}

type writableFile struct{ fs.File }

func (w writableFile) Stat() (fs.FileInfo, error) {
	info, err := w.File.Stat()
	return writableInfo{info}, err
}

func (w writableFile) ReadDir(n int) ([]fs.DirEntry, error) {
	return w.File.(fs.ReadDirFile).ReadDir(n)
}

type writableInfo struct{ fs.FileInfo }

func (w writableInfo) Mode() fs.FileMode { return w.FileInfo.Mode() | 0o200 }

// editor saves new answers into a file.
type editor struct {
	path, text, answer string
	saved              int
}

func newEditor(s source, dir string) (*editor, error) {
	path := filepath.Join(dir, s.edited)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if strings.Count(string(text), s.answer) != 1 {
		return nil, fmt.Errorf("%s does not have %q once", path, s.answer)
	}
	e := &editor{path: path, text: string(text), answer: s.answer}
	if !strings.Contains(e.text, `"`+s.answer+`"`) {
		return e, nil
	}
	e.answer = `"` + s.answer + `"`
	return e, nil
}

// next is a new answer, and the file that has the program give it.
func (e *editor) next() (answer string, content []byte) {
	e.saved++
	answer = fmt.Sprintf("answer-%d-%d", os.Getpid(), e.saved)
	return answer, []byte(strings.Replace(e.text, e.answer, fmt.Sprintf("%q", answer), 1))
}

// way is how an editor saves. It returns the answer to expect, and when the last write was done.
type way struct {
	name string
	// save may wait until a build has begun after it saved.
	save func(e *editor, building func() error) (string, time.Time, error)
}

var ways = []way{
	{"truncate, write", func(e *editor, _ func() error) (string, time.Time, error) {
		answer, content := e.next()
		err := truncateAndWrite(e.path, content)
		return answer, time.Now(), err
	}},
	{"write, rename", func(e *editor, _ func() error) (string, time.Time, error) {
		answer, content := e.next()
		err := writeAndRename(e.path, content)
		return answer, time.Now(), err
	}},
	{"twice within 50 ms", func(e *editor, _ func() error) (string, time.Time, error) {
		return twice(e, func() error {
			time.Sleep(40 * time.Millisecond)
			return nil
		})
	}},
	{"during a build", twice},
}

// twice saves an answer, and another one after the wait.
func twice(e *editor, wait func() error) (string, time.Time, error) {
	_, content := e.next()
	if err := writeAndRename(e.path, content); err != nil {
		return "", time.Time{}, err
	}
	if err := wait(); err != nil {
		return "", time.Time{}, err
	}
	answer, content := e.next()
	err := writeAndRename(e.path, content)
	return answer, time.Now(), err
}

// truncateAndWrite writes in two parts, as an editor does that saves in place.
func truncateAndWrite(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	half := len(content) / 2
	for _, part := range [][]byte{content[:half], content[half:]} {
		if _, err := file.Write(part); err != nil {
			return err
		}
	}
	return file.Close()
}

// writeAndRename writes beside the file, with a name that no tool takes for Go source, and puts that in its place.
func writeAndRename(path string, content []byte) error {
	beside := path + "~"
	if err := os.WriteFile(beside, content, 0o644); err != nil {
		return err
	}
	return os.Rename(beside, path)
}
