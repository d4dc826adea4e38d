package supervise

import "context"

// replacement is a new program.
type replacement struct {
	started chan<- error
	run     Run      // nil if it is still to be made
	loaded  *process // of the run, nil if that is still to be started
}

// start starts it after all, or lets it run.
func (r *replacement) start(k *Keeper) (*process, error) {
	if r == nil {
		return k.start()
	}
	run, err := r.loaded, error(nil)
	switch {
	case run != nil && len(run.ended) == 0:
		run.release()
	case run == nil && r.run != nil:
		run, err = k.started(r.run)
	default:
		run, err = k.start()
	}
	r.started <- err
	return run, err
}

func (r *replacement) discard() {
	if r != nil {
		r.loaded.discard()
	}
}

// Replace ends the program, if it runs, and starts what is at its path now. It returns when that was started. What can
// be loaded beside the program that runs is, and if that takes a while ready is asked for again; it may be nil.
func (k *Keeper) Replace(ctx context.Context, ready func(context.Context) error) error {
	started := make(chan error, 1)
	next := replacement{started: started}
	next.run, next.loaded = k.load(ctx)
	if next.loaded != nil && ready != nil {
		if err := ready(ctx); err != nil {
			next.discard()
			return err
		}
	}
	select {
	case k.replace <- next:
	case <-ctx.Done():
		next.discard()
		return ctx.Err()
	}
	select {
	case err := <-started:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// load starts a run whose program waits to be released, and returns when it is loaded. If that fails there is neither: it
// is tried again, and told of, when the program before ended.
func (k *Keeper) load(ctx context.Context) (Run, *process) {
	run := k.begin()
	if run.Loaded() == nil {
		return run, nil
	}
	next, err := k.launch(run)
	if err != nil {
		return nil, nil
	}
	select {
	case <-run.Loaded():
		return run, next
	case <-next.ended:
	case <-ctx.Done():
		next.discard()
	}
	return nil, nil
}
