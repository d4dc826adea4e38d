package fault

import (
	"context"
	"errors"
	"sync"

	"godev.io/bench/internal/operator"
)

// keeper starts the operator again whenever it has ended, as the kubelet does.
type keeper struct {
	options operator.Options
	done    chan struct{}

	mu       sync.Mutex
	running  *operator.Operator
	held     chan struct{} // the next start waits for it
	stopping bool
	starts   int
	err      error
}

func keep(options operator.Options) *keeper {
	k := &keeper{options: options, done: make(chan struct{})}
	go k.run()
	return k
}

func (k *keeper) run() {
	defer close(k.done)
	for {
		running, err := k.start()
		if running == nil || err != nil {
			return
		}
		<-running.Done()
		// what is left of it, its cgroup
		_ = running.Kill()
	}
}

func (k *keeper) start() (*operator.Operator, error) {
	k.mu.Lock()
	held := k.held
	k.mu.Unlock()
	if held != nil {
		<-held
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.stopping {
		return nil, nil
	}
	k.starts++
	k.running, k.err = operator.Start(k.options)
	return k.running, k.err
}

// kill ends the operator with SIGKILL. It returns when the process is gone.
func (k *keeper) kill() error {
	k.mu.Lock()
	running := k.running
	k.mu.Unlock()
	return running.Process.Kill()
}

// hold keeps the operator from being started again until release is called.
func (k *keeper) hold() (release func()) {
	held := make(chan struct{})
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held = held
	return sync.OnceFunc(func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.held = nil
		close(held)
	})
}

// ready fails while there is no operator that is ready and leads.
func (k *keeper) ready(ctx context.Context) error {
	k.mu.Lock()
	running, err := k.running, k.err
	k.mu.Unlock()
	if err != nil {
		return err
	}
	if running == nil {
		return errors.New("it has not been started")
	}
	return running.Leading(ctx)
}

// restarts is how often the operator was started again.
func (k *keeper) restarts() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.starts - 1
}

func (k *keeper) stop() {
	k.mu.Lock()
	k.stopping = true
	running := k.running
	k.mu.Unlock()
	if running != nil {
		_ = running.Stop()
	}
	<-k.done
}
