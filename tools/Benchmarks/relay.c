// The floor of T1 and T2: connects to a TCP port, opens a terminal, and copies bytes both ways. Nothing is faster that
// goes through the same kernel and sleeps until bytes come, as this does every time; for a tip that it expects, sv2fw
// does not sleep, and may be faster.
// Usage: relay PORT TERMINAL. Ends when either side ends.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signal.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int open_terminal(const char *path)
{
    struct termios settings;
    int terminal = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (terminal < 0 || tcgetattr(terminal, &settings) < 0)
        fail(path);
    cfmakeraw(&settings);
    if (tcsetattr(terminal, TCSANOW, &settings) < 0)
        fail(path);
    return terminal;
}

static int open_socket(const char *port)
{
    int on = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((unsigned short)atoi(port)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection < 0 || connect(connection, (struct sockaddr *)&address, sizeof address) < 0)
        fail("connect");
    if (setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0)
        fail("TCP_NODELAY");
    if (fcntl(connection, F_SETFL, O_NONBLOCK) < 0)
        fail("O_NONBLOCK");
    return connection;
}

static void watch(int watcher, int from, int to)
{
    // Each event carries both ends, so that there is nothing to look up.
    struct epoll_event event = {
        .events = EPOLLIN,
        .data.u64 = (unsigned long long)from << 32 | (unsigned)to,
    };
    if (epoll_ctl(watcher, EPOLL_CTL_ADD, from, &event) < 0)
        fail("epoll_ctl");
}

// False where the end that was read from is gone.
static int copy(int from, int to)
{
    char buffer[4096];
    ssize_t count = read(from, buffer, sizeof buffer);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return 1;
    if (count <= 0)
        return 0;
    for (ssize_t done = 0; done < count;) {
        ssize_t written = write(to, buffer + done, (size_t)(count - done));
        if (written < 0 && errno != EAGAIN && errno != EINTR)
            return 0;
        done += written > 0 ? written : 0;
    }
    return 1;
}

int main(int count, char **arguments)
{
    if (count != 3) {
        fprintf(stderr, "usage: %s PORT TERMINAL\n", arguments[0]);
        return 2;
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    int terminal = open_terminal(arguments[2]);
    int connection = open_socket(arguments[1]);
    int watcher = epoll_create1(EPOLL_CLOEXEC);
    watch(watcher, connection, terminal);
    watch(watcher, terminal, connection);
    for (;;) {
        struct epoll_event events[2];
        int ready = epoll_wait(watcher, events, 2, -1);
        for (int i = 0; i < ready; i++)
            if (!copy((int)(events[i].data.u64 >> 32), (int)(unsigned)events[i].data.u64))
                return 0;
    }
}
