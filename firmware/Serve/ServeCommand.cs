using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Serialization;

using Firmware.Link;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Firmware.Serve;

/// <param name="Http">Port 0 takes any free one; the address in use is then in <see cref="AddressFile"/>.</param>
internal sealed record ServeOptions(IPEndPoint Http, string StateFolder)
{
    /// <summary>What keeps this process from what it has no business with, in one line.</summary>
    public string? Walls { get; init; }

    /// <summary>Holds the address of the page while serve runs.</summary>
    public static string AddressFile(string stateFolder) => Path.Combine(stateFolder, "serve.url");
}

/// <summary>The two snapshots side by side. A null is a process that has not spoken for three seconds.</summary>
/// <param name="Walls">Of serve itself; guard and mine tell of theirs.</param>
internal sealed record StatusPage(string Version, GuardStatus? Guard, MineStatus? Mine, string? Walls);

/// <summary>The body of the verb serve: what guard and mine say, over HTTP. It has no device and no pool.</summary>
internal static class ServeCommand
{
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(250);

    public static int Run(ServeOptions options, CancellationToken stop)
    {
        var page = new StatusPage(Product.Version, Guard: null, Mine: null, options.Walls);
        using var app = Build(options.Http, () => Volatile.Read(ref page));
        Start(app, options.Http);
        var addressFile = ServeOptions.AddressFile(options.StateFolder);
        Announce(addressFile, app.Urls.First());

        // The feed wants one thread, and this one has nothing else to do.
        var clock = Stopwatch.StartNew();
        using var feed = new StatusFeed(options.StateFolder);
        using var watchdog = Watchdog.FromEnvironment();
        watchdog.Ready($"serving {app.Urls.First()}");
        while (!stop.IsCancellationRequested)
        {
            watchdog.Alive();
            feed.Poll(PollPeriod, clock.Elapsed);
            var now = clock.Elapsed;
            Volatile.Write(ref page, new(Product.Version, feed.Guard(now), feed.Mine(now), options.Walls));
        }

        watchdog.Stopping();
        DurableFile.TryDelete(addressFile);
        app.StopAsync(CancellationToken.None).Wait(TimeSpan.FromSeconds(1), CancellationToken.None);
        return 0;
    }

    private static WebApplication Build(IPEndPoint address, Func<StatusPage> page)
    {
        // Empty: the usual builders read and watch appsettings.json in the working folder, which is "/" for a service.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Limits.MaxConcurrentConnections = 64;
            kestrel.Listen(address);
        });
        var app = builder.Build();
        app.MapGet("/api/v1/status", () => Results.Json(page(), ServeJson.Default.StatusPage));
        return app;
    }

    private static void Announce(string file, string url)
    {
        try
        {
            File.WriteAllText(file, url + "\n");
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"{file} cannot be written: make its folder and give us the right to write there, or choose another "
                + "--state.");
        }
    }

    private static void Start(WebApplication app, IPEndPoint address)
    {
        try
        {
            app.StartAsync().GetAwaiter().GetResult();
        }
        catch (Exception refusal) when (refusal is IOException or SocketException)
        {
            // A port that is taken comes wrapped; an address that is not this machine's does not.
            var reason = (refusal.InnerException ?? refusal).Message;
            throw new StartException($"{address} cannot be used ({reason}): choose another --http.");
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StatusPage))]
internal sealed partial class ServeJson : JsonSerializerContext;
