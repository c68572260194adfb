from worker.loop import main

main()
