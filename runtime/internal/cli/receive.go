package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"godev.io/runtime/internal/receive"
)

// pushed is a variable so that a test can be the client.
var pushed = os.Stdin

// receiveSync is a session of godev sync, on the standard streams. It is run by exec, so that it is no phase of the pod.
func receiveSync(c *call, args []string) int {
	c.declare("receive")
	c.withWorkspace()
	takeOver := c.flags.Bool("take-over", false, "end the client that syncs, if there is one")
	client := c.flags.String("client", "", "`name` of the client, which others are told")
	if code, ok := c.parse(args); !ok {
		return code
	}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	config := receive.Config{Dir: c.workspace, Client: *client, TakeOver: *takeOver, Log: c.stderr}
	if err := receive.Serve(ctx, config, pushed, c.stdout); err != nil {
		return exitFailed // the client was told why
	}
	return exitDone
}
