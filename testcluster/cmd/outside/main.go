// Command outside plays what a developer's network has between itself and the world, for tests.
package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"

	"godev.io/testcluster/internal/outside"
)

const usage = `outside proxy --listen IP:PORT --ca-out FILE [--user NAME --password WORD]

An HTTP proxy that opens TLS with certificates of its own authority, whose certificate it writes to FILE. It prints
"ready" when it listens, then one line per request: the method, the host and the path.`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "outside:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 || args[0] != "proxy" {
		return errors.New("say what to play\n\n" + usage)
	}
	o := outside.Options{Log: os.Stdout}
	flags := flag.NewFlagSet("proxy", flag.ContinueOnError)
	listen := flags.String("listen", "", "address and port")
	flags.StringVar(&o.CAOut, "ca-out", "", "file for the authority's certificate")
	flags.StringVar(&o.User, "user", "", "user that clients must name")
	flags.StringVar(&o.Password, "password", "", "the user's password")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	if *listen == "" || o.CAOut == "" {
		return errors.New("proxy: --listen and --ca-out are needed")
	}
	proxy, err := outside.NewProxy(o)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	return http.Serve(listener, proxy)
}
