using Firmware.Link;

namespace Benchmarks;

/// <summary>A guard without a board: power is good, and the reset is whatever mine wants it to be.</summary>
internal sealed class FakeGuard : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    private readonly LinkServer server;
    private readonly Thread thread;
    private volatile bool stopping;

    public FakeGuard(string stateFolder)
    {
        server = LinkServer.Listen(LinkPaths.Guard(stateFolder));
        thread = new Thread(Serve) { IsBackground = true, Name = "guard" };
        thread.Start();
    }

    public void Dispose()
    {
        stopping = true;
        thread.Join();
        server.Dispose();
    }

    private void Serve()
    {
        WantMessage? want = null;
        while (!stopping)
        {
            server.Wait(Every);
            while (server.TryNext(out var happened))
            {
                want = happened.Line?.Want ?? want;
            }

            if (want is not null)
            {
                server.SendToAll(new LinkLine(Grant: new GrantMessage(
                    want.Sequence,
                    Array.ConvertAll(want.Boards, board => new BoardGrant(
                        board.Board, PowerGrant.Good, board.Reset, BenchBoard.Megahertz, "bench")))));
            }
        }
    }
}
