package watch

import "github.com/fsnotify/fsnotify"

// source tells what happens in folders.
type source interface {
	Add(folder string) error
	Remove(folder string) error
	Close() error
	events() <-chan fsnotify.Event
	errors() <-chan error
}

type kernel struct{ *fsnotify.Watcher }

func (k kernel) events() <-chan fsnotify.Event { return k.Events }
func (k kernel) errors() <-chan error          { return k.Errors }

func openKernel() (source, error) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	return kernel{watcher}, nil
}
