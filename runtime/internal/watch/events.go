package watch

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/fsnotify/fsnotify"
)

// event takes note of what happened in a folder.
func (l *loop) event(event fsnotify.Event) {
	relative, err := filepath.Rel(l.Root, event.Name)
	if err != nil || event.Op == fsnotify.Chmod {
		return
	}
	name := filepath.ToSlash(relative)
	if l.tree.folders[name] != nil && event.Op&(fsnotify.Remove|fsnotify.Rename) != 0 && name != "." {
		l.leave(name)
		return
	}
	if event.Has(fsnotify.Create) && l.tree.rules.folder(name) {
		if info, err := os.Lstat(event.Name); err == nil && info.IsDir() {
			l.enter(name)
			l.tree.walk(name, true, func(name string, _ sight) { l.touch(name) })
			return
		}
	}
	l.touch(name)
}

func (l *loop) touch(name string) {
	delete(l.suspects, name)
	if l.tree.files[name] != nil || l.tree.rules.file(name) {
		l.touched[name] = true
		l.mark()
	}
}

// enter watches the folder and those below. What was put into them before is found by reading them afterwards.
func (l *loop) enter(name string) {
	if l.source == nil {
		return
	}
	if err := l.source.Add(l.tree.path(name)); err != nil {
		// a folder that is gone, or closed to this user, cannot be polled either
		if !errors.Is(err, os.ErrNotExist) && !errors.Is(err, os.ErrPermission) {
			l.degrade(limit(err))
		}
		return
	}
	read := l.tree.read(name)
	l.tree.folders[name] = read // without a stamp: it is read again
	for _, below := range read.folders {
		l.enter(below)
	}
}

// leave stops watching a folder that is gone, or has another name now.
func (l *loop) leave(name string) {
	for folder := range l.tree.folders {
		if folder == name || strings.HasPrefix(folder, name+"/") {
			delete(l.tree.folders, folder)
			if l.source != nil {
				_ = l.source.Remove(l.tree.path(folder)) // the kernel may have ended it already
			}
		}
	}
	for _, file := range l.tree.below(name) {
		l.touch(file)
	}
}

func (l *loop) judge() {
	if len(l.suspects) > 0 && l.Mode == Auto {
		for name := range l.suspects {
			l.degrade("a change of " + name + " came without an event")
			break
		}
	}
	clear(l.suspects)
}

// degrade goes over to polling.
func (l *loop) degrade(why string) {
	if l.source == nil {
		return
	}
	l.close()
	l.poll(why)
}
